import ArgumentParser
import ClawProtocol
import ClawSupport

/// `openclaw channels status`.
struct ChannelsStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show each account of each channel, and what is wrong with it.")

    @Flag(help: "Let the channels check their connections now.")
    var probe = false

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let params: JSONValue = probe ? ["probe": true, "timeoutMs": .int(max(1000, rpc.timeout))] : [:]
        let status = try await GatewayAccess(rpc).call("channels.status", params, scopes: [.read])
        if rpc.json { return context.terminal.json(status) }
        var table = TextTable(["CHANNEL", "ACCOUNT", "STATE", "DETAIL"])
        for row in ChannelRow.rows(status: status, now: context.time.nowMilliseconds) {
            table.add(.init(row.name), .init(row.account), .init(row.state, row.style), .init(row.detail, .muted))
        }
        if table.isEmpty {
            context.terminal.line("No channel is configured.")
            context.terminal.note("Add one below `channels` in the configuration, for example channels.irc.")
        } else {
            context.terminal.write(table.rendered(for: context.terminal))
        }
    }
}
