import ClawSupport

/// How a report of usage is cut into rows, and how it is shown.
struct UsageReport: Sendable {
    enum Part: String, CaseIterable, Sendable {
        case day
        case model
        case provider
        case agent
        case channel
        case session
    }

    private struct Row {
        var name: String
        var totals: JSONValue
    }

    let part: Part
    /// What `usage.cost` answered for days, and `sessions.usage` for all others.
    let answer: JSONValue

    /// Below so many columns only the sums are shown.
    private static let wide = 60

    func write(to terminal: Terminal) {
        let rows = rows
        if rows.isEmpty { return terminal.line("Nothing was used \(period).") }
        let isWide = terminal.width >= Self.wide
        let name = part.rawValue.uppercased()
        var table = TextTable(
            isWide ? [name, "INPUT", "OUTPUT", "CACHE", "TOKENS", "COST"] : [name, "TOKENS", "COST"])
        for row in rows {
            let totals = row.totals
            let sum = TextTable.Cell(CostText.tokens(totals["totalTokens"]?.intValue))
            let cost = TextTable.Cell(CostText.dollars(totals["totalCost"]?.doubleValue))
            if isWide {
                let cache = (totals["cacheRead"]?.intValue ?? 0) + (totals["cacheWrite"]?.intValue ?? 0)
                table.add(
                    .init(row.name), .init(CostText.tokens(totals["input"]?.intValue)),
                    .init(CostText.tokens(totals["output"]?.intValue)), .init(CostText.tokens(cache), .muted), sum, cost
                )
            } else {
                table.add(.init(row.name), sum, cost)
            }
        }
        terminal.write(table.rendered(for: terminal))
        terminal.line(Self.summary(answer["totals"] ?? .null, period))
        if let remark = Self.remark(answer["totals"] ?? .null) { terminal.line(remark) }
    }

    /// What was used in all, in a sentence.
    static func summary(_ totals: JSONValue, _ period: String) -> String {
        let cost = CostText.dollars(totals["totalCost"]?.doubleValue ?? 0)
        return "\(totals["totalTokens"]?.intValue ?? 0) tokens, \(cost) \(period)."
    }

    /// Nil when the price of everything is known.
    static func remark(_ totals: JSONValue) -> String? {
        guard let count = totals["missingCostEntries"]?.intValue, count > 0 else { return nil }
        return "Answers whose price is not known, and which are not in the cost: \(count)."
    }

    private var period: String {
        if let first = answer["startDate"]?.stringValue, let last = answer["endDate"]?.stringValue {
            return TerminalText.clean(first == last ? "on \(first)" : "from \(first) to \(last)", isOneLine: true)
        }
        let days = answer["days"]?.intValue ?? 0
        return days == 1 ? "in one day" : "in \(days) days"
    }

    private var rows: [Row] {
        func rows(_ list: JSONValue?, _ name: (JSONValue) -> String?, _ totals: (JSONValue) -> JSONValue?) -> [Row] {
            (list?.arrayValue ?? []).map { Row(name: name($0) ?? "-", totals: totals($0) ?? .null) }
        }
        let sums = answer["aggregates"]
        return switch part {
        case .day: rows(answer["daily"], { $0["date"]?.stringValue }, { $0 })
        case .model: rows(sums?["byModel"], Self.model, { $0["totals"] })
        case .provider: rows(sums?["byProvider"], { $0["provider"]?.stringValue }, { $0["totals"] })
        case .agent: rows(sums?["byAgent"], { $0["agentId"]?.stringValue }, { $0["totals"] })
        case .channel: rows(sums?["byChannel"], { $0["channel"]?.stringValue }, { $0["totals"] })
        case .session: rows(answer["sessions"], { $0["key"]?.stringValue }, { $0["usage"] })
        }
    }

    private static func model(_ row: JSONValue) -> String? {
        guard let model = row["model"]?.stringValue else { return nil }
        return row["provider"]?.stringValue.map { "\($0)/\(model)" } ?? model
    }
}
