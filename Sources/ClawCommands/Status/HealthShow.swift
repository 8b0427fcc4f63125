import ArgumentParser
import ClawProtocol
import ClawSupport

/// `openclaw health`.
struct HealthShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Ask the Gateway how it is; fails when it does not answer.")

    @Flag(help: "Let the channels check their connections now.")
    var probe = false

    @Flag(help: "Show every account of every channel, and every agent.")
    var verbose = false

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let params: JSONValue = probe || verbose ? ["probe": true] : [:]
        let started = context.time.monotonicNanoseconds
        let health = try await GatewayAccess(rpc).call("health", params, scopes: [.read])
        if rpc.json { return context.terminal.json(health) }
        let milliseconds = (context.time.monotonicNanoseconds - started) / 1_000_000
        context.terminal.line("\(context.terminal.styled("OK", .success)) The Gateway answered in \(milliseconds) ms.")
        var table = TextTable()
        let rows = verbose ? ChannelRow.accounts(health: health) : ChannelRow.rows(health: health)
        for channel in rows {
            let name = verbose ? "\(channel.name) \(channel.account)" : channel.name
            table.add(.init(name), .init(channel.state, channel.style), .init(channel.detail, .muted))
        }
        if !table.isEmpty { context.terminal.write(table.rendered(for: context.terminal)) }
        if verbose {
            let time = context.time.nowMilliseconds
            let agents = Self.agents(health, now: Int(time))
            context.terminal.write(agents.rendered(for: context.terminal))
        }
        if let count = health["sessions"]?["count"]?.intValue { context.terminal.line("Sessions: \(count)") }
    }

    private static func agents(_ health: JSONValue, now: Int) -> TextTable {
        var table = TextTable()
        for agent in health["agents"]?.arrayValue ?? [] {
            let isDefault = agent["isDefault"]?.boolValue == true
            let newest = agent["sessions"]?["recent"]?.arrayValue?.first?["updatedAt"]?.intValue
            let count = agent["sessions"]?["count"]?.intValue ?? 0
            table.add(
                .init("Agent \(agent["agentId"]?.stringValue ?? "?")\(isDefault ? " (default)" : "")"),
                .init("\(count) session\(count == 1 ? "" : "s")"),
                .init(newest.map { "last used \(AgeText.ago(now - $0))" } ?? "", .muted))
        }
        return table
    }
}
