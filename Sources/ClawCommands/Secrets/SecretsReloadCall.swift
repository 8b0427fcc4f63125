import ArgumentParser
import ClawProtocol
import ClawSupport

/// `openclaw secrets reload`.
struct SecretsReloadCall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Let the running Gateway take all secrets anew; all of them count, or none.")

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let terminal = CommandContext.current.terminal
        let answer = try await GatewayAccess(rpc).call("secrets.reload", scopes: [.admin])
        if rpc.json { return terminal.json(answer) }
        let count = answer["warningCount"]?.intValue ?? 0
        terminal.line(
            "Secrets reloaded." + (count > 0 ? " \(count) references are not in use and were passed over." : ""))
    }
}
