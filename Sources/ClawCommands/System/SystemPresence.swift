import ArgumentParser
import ClawProtocol
import ClawSupport

/// `openclaw system presence`.
struct SystemPresence: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "presence", abstract: "Show the Gateway and the clients that were there lately.")

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let list = try await GatewayAccess(rpc).call("system-presence", scopes: [.read])
        if rpc.json { return context.terminal.json(list) }
        var table = TextTable(["HOST", "MODE", "VERSION", "PLATFORM", "SEEN", "WHY"])
        let now = Int(context.time.nowMilliseconds)
        for entry in list.arrayValue ?? [] {
            func cell(_ key: String) -> TextTable.Cell { .init(entry[key]?.stringValue ?? "-") }
            let age = entry["ts"]?.intValue.map { AgeText.short(now - $0) } ?? "-"
            // What a script reported may be a line of text and nothing else.
            let host = entry["host"]?.stringValue == nil ? cell("text") : cell("host")
            table.add(host, cell("mode"), cell("version"), cell("platform"), .init(age), cell("reason"))
        }
        if table.isEmpty { return context.terminal.line("Nobody is there.") }
        context.terminal.write(table.rendered(for: context.terminal))
    }
}
