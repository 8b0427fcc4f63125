import ArgumentParser
import ClawCore
import ClawDaemon
import ClawProtocol
import ClawSupport

/// `openclaw channels status`.
struct ChannelsStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show each account of each channel, and what is wrong with it.",
        discussion: "When no Gateway runs on this machine, it shows what the configuration says, and fails with 1.")

    @Flag(help: "Look now whether each network answers.")
    var probe = false

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let params: JSONValue = probe ? ["probe": true, "timeoutMs": .int(max(1000, rpc.timeout))] : [:]
        var access = try GatewayAccess(rpc)
        // The Gateway answers when the slowest network has, and its answer takes its time, too.
        if probe { access.timeout += .seconds(2) }
        let status: JSONValue
        var failure: ClawError?
        do {
            status = try await access.call("channels.status", params, scopes: [.read])
        } catch let error as ClawError where access.isOnThisMachine && error.code == .unavailable {
            status = ChannelOverview.status(access.installation.snapshot, time: context.time)
            failure = error
        }
        if rpc.json {
            context.terminal.json(status)
        } else {
            let table = ChannelRow.table(ChannelRow.rows(status: status, now: context.time.nowMilliseconds))
            if table.isEmpty {
                context.terminal.line("No channel is configured.")
                context.terminal.line("Add one below `channels` in the configuration, for example channels.irc.")
            } else {
                if failure != nil { context.terminal.line("What the configuration says:") }
                context.terminal.write(table.rendered(for: context.terminal))
            }
        }
        if let failure { throw failure }
    }
}
