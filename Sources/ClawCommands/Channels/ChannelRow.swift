import ClawSupport

/// One account of a channel as tables show it.
struct ChannelRow: Sendable, Hashable {
    var name: String
    var account: String
    var state: String
    var style: TextStyle
    var detail: String

    /// The accounts of a `channels.status` result, in its order.
    static func rows(status: JSONValue, now: Int64) -> [ChannelRow] {
        let order = status["channelOrder"]?.arrayValue?.compactMap(\.stringValue) ?? []
        return order.flatMap { id in
            let label = status["channelLabels"]?[id]?.stringValue ?? id
            let accounts = status["channelAccounts"]?[id]?.arrayValue ?? []
            return accounts.map { row(label, $0, now: now) }
        }
    }

    /// The channels of a `health` result, in its order.
    static func rows(health: JSONValue) -> [ChannelRow] {
        let order = health["channelOrder"]?.arrayValue?.compactMap(\.stringValue) ?? []
        return order.compactMap { id in
            guard let channel = health["channels"]?[id] else { return nil }
            return row(health["channelLabels"]?[id]?.stringValue ?? id, channel, now: 0)
        }
    }

    /// Every account of a `health` result.
    static func accounts(health: JSONValue) -> [ChannelRow] {
        let order = health["channelOrder"]?.arrayValue?.compactMap(\.stringValue) ?? []
        return order.flatMap { id -> [ChannelRow] in
            let label = health["channelLabels"]?[id]?.stringValue ?? id
            let accounts = health["channels"]?[id]?["accounts"]?.objectValue?.values ?? []
            return accounts.map { row(label, $0, now: 0) }
        }
    }

    /// The table of `rows`.
    static func table(_ rows: [ChannelRow]) -> TextTable {
        var table = TextTable(["CHANNEL", "ACCOUNT", "STATE", "DETAIL"])
        for row in rows {
            table.add(.init(row.name), .init(row.account), .init(row.state, row.style), .init(row.detail, .muted))
        }
        return table
    }

    private static func row(_ label: String, _ account: JSONValue, now: Int64) -> ChannelRow {
        let (state, style) = state(account)
        var details: [String] = []
        if let mode = account["mode"]?.stringValue { details.append("mode \(mode)") }
        if let policy = account["dmPolicy"]?.stringValue { details.append("direct messages: \(policy)") }
        if let source = account["tokenSource"]?.stringValue, source != "none" { details.append("token from \(source)") }
        if now > 0, let last = account["lastInboundAt"]?.intValue {
            details.append("last message \(AgeText.ago(Int(now) - last))")
        }
        if let attempts = account["reconnectAttempts"]?.intValue, attempts > 0 {
            details.append("\(attempts) reconnects")
        }
        let probe = account["probe"]
        if probe?["ok"]?.boolValue == true {
            details.append("answered" + (probe?["latencyMs"]?.intValue.map { " in \($0) ms" } ?? ""))
        }
        let failure = probe?["error"]?.stringValue
        if let failure { details.append(failure) }
        if let error = account["lastError"]?.stringValue, !error.isEmpty, state != "connected", error != failure {
            details.append(error)
        }
        return ChannelRow(
            name: label, account: account["accountId"]?.stringValue ?? "default", state: state, style: style,
            detail: details.joined(separator: ", "))
    }

    private static func state(_ account: JSONValue) -> (String, TextStyle) {
        func flag(_ key: String) -> Bool? { account[key]?.boolValue }
        if flag("configured") == false { return ("not configured", .muted) }
        if flag("enabled") == false { return ("off", .muted) }
        if flag("connected") == true {
            return account["probe"]?["ok"]?.boolValue == false ? ("no answer", .error) : ("connected", .success)
        }
        if flag("linked") == false { return ("not linked", .warning) }
        if flag("connected") == false, flag("running") == true { return ("connecting", .warning) }
        if flag("running") == true { return ("running", .success) }
        if flag("running") == false { return ("stopped", .error) }
        return ("configured", .plain)
    }
}
