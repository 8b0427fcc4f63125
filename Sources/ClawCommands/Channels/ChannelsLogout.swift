import ArgumentParser
import ClawClient
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw channels logout`.
struct ChannelsLogout: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "Take an account off its network, and forget what it logs in with.",
        discussion: """
            The passwords of the account are taken out of the configuration, and it is switched off. Files that hold \
            passwords stay where they are. The configuration before is kept beside the file.
            """)

    @Option(help: "The channel; needed when several are configured.")
    var channel: String?

    @Option(help: "The account; without it the one that is called default, else the first.")
    var account: String?

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let access = try GatewayAccess(rpc)
        let result = try await access.connect(scopes: [.admin]) { client in
            var params: JSONObject = ["channel": .string(try await named(client))]
            params.set("accountId", account)
            return try await client.request("channels.logout", .object(params))
        }
        if rpc.json { return context.terminal.json(result) }
        func text(_ key: String) -> String { TerminalText.clean(result[key]?.stringValue ?? "?", isOneLine: true) }
        func list(_ key: String) -> [String] {
            (result[key]?.arrayValue ?? []).compactMap(\.stringValue).map { TerminalText.clean($0, isOneLine: true) }
        }
        context.terminal.line("The account \(text("accountId")) of \(text("channel")) is off its network.")
        let cleared = list("clearedPaths")
        if cleared.isEmpty {
            context.terminal.line("The configuration held no password of it.")
        } else {
            context.terminal.line("Taken out of the configuration: \(cleared.joined(separator: ", ")).")
        }
        let left = list("left")
        if !left.isEmpty { context.terminal.note("It could still log in with: \(left.joined(separator: ", ")).") }
    }

    /// The channel that is meant: the only one, when none is named.
    private func named(_ client: GatewayClient) async throws -> String {
        if let channel { return channel }
        let order = try await client.request("channels.status")["channelOrder"]?.arrayValue ?? []
        let ids = order.compactMap(\.stringValue)
        if ids.count == 1 { return ids[0] }
        throw ClawError(
            .invalidRequest, ids.isEmpty ? "No channel runs." : "Several channels run: \(ids.joined(separator: ", ")).",
            hint: "Name one with --channel.")
    }
}
