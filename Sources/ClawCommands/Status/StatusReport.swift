import ClawClient
import ClawConfig
import ClawCore
import ClawProtocol
import ClawSupport

/// What `openclaw status` knows, and how it shows it.
struct StatusReport: Sendable {
    let access: GatewayAccess
    let time: any TimeSource
    var hello: HelloOk?
    /// Why the Gateway could not be asked.
    var failure: ClawError?
    var connectMilliseconds: Int?
    var health = JSONValue.null
    var status = JSONValue.null
    var channels = JSONValue.null
    var sessions = JSONValue.null
    /// What `usage.cost` answered, where it was asked for.
    var usage = JSONValue.null
    var audit: AuditReport?
    /// Devices that ask to be let in, as the files of this machine say; nil when the Gateway is another machine's.
    var pendingDevices: Int?
    /// The Gateway's service; nil when the Gateway is another machine's.
    var service: StatusService?
    /// How Tailscale shows the Gateway; nil where it shall not, or was not asked.
    var tailscale: StatusTailscale?
    /// Show the channels' own health, and usage.
    var isDeep = false

    init(access: GatewayAccess, time: any TimeSource, hello: HelloOk? = nil, failure: ClawError? = nil) {
        self.access = access
        self.time = time
        self.hello = hello
        self.failure = failure
    }

    /// Why the Gateway or this command runs on the last good configuration; nil when the present one is good.
    var safeMode: String? {
        if let told = reason(status["safeMode"]) ?? reason(hello?.snapshot["safeMode"]) { return told }
        // A Gateway that runs on what the file held before is in no safe mode; `rejection` tells of it.
        return rejection == nil ? access.installation.safeModeReason : nil
    }

    /// Why the newest content of the file is not in effect; nil when it is.
    private var rejection: String? { reason(status["rejectedConfiguration"]) }

    /// A Gateway tells reasons to administrators alone, since they may hold values of the configuration; on its own machine the
    /// file tells them, too.
    private func reason(_ told: JSONValue?) -> String? {
        guard let reason = told?["reason"]?.stringValue else { return nil }
        if reason != Withheld.text { return reason }
        let found = access.isOnThisMachine ? access.installation.safeModeReason : nil
        return found ?? "the log of the Gateway says why: `openclaw logs`."
    }

    func write(to terminal: Terminal) {
        terminal.heading("OpenClaw status")
        terminal.line()
        terminal.write(overview().rendered(for: terminal))
        let rows = ChannelRow.rows(status: channels, now: time.nowMilliseconds)
        if !rows.isEmpty {
            terminal.line()
            terminal.heading("Channels")
            terminal.write(ChannelRow.table(rows).rendered(for: terminal))
        }
        let table = SessionTable.make(sessions["sessions"]?.arrayValue ?? [], now: time.nowMilliseconds)
        if !table.isEmpty {
            terminal.line()
            terminal.heading("Sessions")
            terminal.write(table.rendered(for: terminal))
        }
        if isDeep, hello != nil { writeHealth(to: terminal) }
        if !usage.isNull { writeUsage(to: terminal) }
        if let audit { Self.write(audit, to: terminal) }
        // A failure ends the command with an error that says what to do.
        if failure == nil {
            terminal.line()
            terminal.line("Next: \(nextStep)")
        }
    }

    private static func write(_ audit: AuditReport, to terminal: Terminal) {
        terminal.line()
        terminal.heading("Security audit")
        let isCalm = audit.count(.critical) + audit.count(.warn) == 0
        terminal.line(audit.summary + (isCalm ? "" : " (`openclaw security audit` explains them)"))
        for finding in audit.findings where finding.severity == .critical {
            terminal.line("\(terminal.styled("CRITICAL", .error)) \(finding.title)")
        }
    }

    private func writeHealth(to terminal: Terminal) {
        var table = TextTable(["ITEM", "STATUS", "DETAIL"])
        let milliseconds = health["durationMs"]?.intValue.map { "\($0) ms" } ?? ""
        table.add("Gateway", .init(health["ok"]?.boolValue == false ? "failing" : "ok", .success), .init(milliseconds))
        for row in ChannelRow.accounts(health: health) {
            table.add(.init("\(row.name) \(row.account)"), .init(row.state, row.style), .init(row.detail, .muted))
        }
        terminal.line()
        terminal.heading("Health")
        terminal.write(table.rendered(for: terminal))
    }

    private func writeUsage(to terminal: Terminal) {
        terminal.line()
        terminal.heading("Usage")
        guard let totals = usage["totals"] else {
            terminal.line(TerminalText.clean(usage["error"]?.stringValue ?? "Nothing was used.", isOneLine: true))
            return
        }
        let days = usage["days"]?.intValue ?? 0
        terminal.line(UsageReport.summary(totals, days == 1 ? "in one day" : "in the last \(days) days"))
        if let remark = UsageReport.remark(totals) { terminal.line(remark) }
        terminal.line("`openclaw usage` shows the days.")
    }

    private func overview() -> TextTable {
        var table = TextTable()
        let installation = access.installation
        let endpoint = access.target.endpoint.description
        if let hello {
            let latency = connectMilliseconds.map { ", connected in \($0) ms" } ?? ""
            table.add("Gateway", .init("\(endpoint) (version \(hello.serverVersion)\(latency))", .success))
            if let uptime = hello.snapshot["uptimeMs"]?.intValue { table.add("Uptime", .init(AgeText.short(uptime))) }
        } else {
            table.add("Gateway", .init("\(endpoint) (not reached)", .error))
        }
        if let safeMode { table.add("Safe mode", .init(safeMode, .warning)) }
        if let service { table.add("Service", .init(service.text, service.style)) }
        if let rejection {
            table.add("Not applied", .init("The changed configuration: \(rejection)", .warning))
        }
        if let due = status["pendingRestart"]?["dueAt"]?.intValue {
            let seconds = max(0, (Int64(due) - time.nowMilliseconds + 999) / 1000)
            table.add("Restart", .init("due in \(seconds) s", .warning))
        }
        table.add("Dashboard", .init(DashboardLink(access.target.endpoint).text))
        if let tailscale { table.add("Tailscale", tailscale.cell) }
        table.add("Version", .init(ProductVersion.current))
        table.add("Config", .init(installation.configSummary))
        table.add("State", .init(installation.location.stateDirectory))
        if let agents = health["agents"]?.arrayValue {
            let names = agents.compactMap { $0["agentId"]?.stringValue }
            table.add("Agents", .init(names.joined(separator: ", ")))
        }
        if let model { table.add("Model", .init(model)) }
        if let pendingDevices, pendingDevices > 0 {
            table.add("Devices", .init("\(pendingDevices) waiting: `openclaw devices list`", .warning))
        }
        if let count = sessions["count"]?.intValue ?? health["sessions"]?["count"]?.intValue {
            table.add("Sessions", .init("\(count)"))
        }
        return table
    }

    private var model: String? {
        guard let name = sessions["defaults"]?["model"]?.stringValue else { return nil }
        guard let provider = sessions["defaults"]?["modelProvider"]?.stringValue, !name.hasPrefix(provider + "/") else {
            return name
        }
        return "\(provider)/\(name)"
    }

    private var nextStep: String {
        if safeMode != nil { return "`openclaw config validate` shows what is wrong with the configuration." }
        if status["rejectedConfiguration"] != nil {
            return "`openclaw config validate` checks the file; what needs a restart takes `openclaw gateway restart`."
        }
        if model?.hasPrefix("demo/") == true {
            return "`openclaw onboard` sets up a model; now a script answers, not an AI."
        }
        if sessions["count"]?.intValue ?? 0 == 0 {
            return "`openclaw agent --message \"Hello\"`, or `openclaw dashboard`."
        }
        return "`openclaw logs --follow` shows what happens; `openclaw why <id>` what became of a message."
    }

    var json: JSONValue {
        var gateway: JSONObject = [
            "url": .string(access.target.endpoint.description), "reachable": .bool(hello != nil),
            "mode": access.installation.snapshot.value["gateway"]?["mode"] ?? "local",
        ]
        gateway["misconfigured"] = .bool(safeMode != nil)
        gateway.set("connectLatencyMs", connectMilliseconds)
        gateway.set("version", hello?.serverVersion)
        gateway.set("error", failure?.message)
        gateway.set("hint", failure?.hint)
        var object: JSONObject = [
            "version": .string(ProductVersion.current), "os": .string(ConnectParams.Client.currentPlatform),
            "gateway": .object(gateway),
        ]
        for (key, value) in status.objectValue ?? [:] { object[key] = value }
        object.set("agents", health["agents"])
        object.set("health", health.isNull ? nil : health)
        object.set("channels", channels.isNull ? nil : channels)
        if !sessions.isNull { object["sessionList"] = sessions }
        object["config"] = access.installation.configJSON
        object.set("usage", usage.isNull ? nil : usage)
        object.set("securityAudit", audit.map { .object($0.json) })
        object.set("pendingDevices", pendingDevices)
        object.set("gatewayService", service?.json)
        object.set("tailscale", tailscale?.json)
        object.set("safeMode", safeMode.map { ["reason": .string($0)] })
        object.set("rejectedConfiguration", rejection.map { ["reason": .string($0)] })
        return .object(object)
    }
}
