import ArgumentParser
import ClawProtocol
import ClawSupport

/// `openclaw health`.
struct HealthShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Ask the Gateway how it is; fails when it does not answer.")

    @Flag(help: "Let the channels check their connections now.")
    var probe = false

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let params: JSONValue = probe ? ["probe": true] : [:]
        let started = context.time.monotonicNanoseconds
        let health = try await GatewayAccess(rpc).call("health", params, scopes: [.read])
        if rpc.json { return context.terminal.json(health) }
        let milliseconds = (context.time.monotonicNanoseconds - started) / 1_000_000
        context.terminal.line("\(context.terminal.styled("OK", .success)) The Gateway answered in \(milliseconds) ms.")
        var table = TextTable()
        for channel in ChannelRow.rows(health: health) {
            table.add(.init(channel.name), .init(channel.state, channel.style), .init(channel.detail, .muted))
        }
        if !table.isEmpty { context.terminal.write(table.rendered(for: context.terminal)) }
        if let count = health["sessions"]?["count"]?.intValue { context.terminal.line("Sessions: \(count)") }
    }
}
