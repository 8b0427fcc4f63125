import ArgumentParser
import ClawProtocol
import ClawSupport

/// `openclaw system heartbeat last`.
struct SystemHeartbeatLast: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "last", abstract: "Show what the last heartbeat brought.")

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let last = try await GatewayAccess(rpc).call("last-heartbeat", scopes: [.read])
        if rpc.json { return context.terminal.json(last) }
        guard last.objectValue != nil else { return context.terminal.line("There was no heartbeat yet.") }
        var table = TextTable()
        for (key, label) in [("status", "Status"), ("reason", "Reason"), ("channel", "Channel"), ("preview", "Text")] {
            if let text = last[key]?.stringValue { table.add(.init(label), .init(text)) }
        }
        if let ts = last["ts"]?.intValue {
            table.add("Age", .init(AgeText.short(Int(context.time.nowMilliseconds) - ts)))
        }
        context.terminal.write(table.rendered(for: context.terminal))
    }
}
