import ArgumentParser
import ClawProtocol
import ClawSupport

/// `openclaw devices revoke`.
struct DevicesRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Make the token of a device worthless.")

    @Option(help: "The device, as `devices list` shows it.")
    var device: String

    @Option(help: ArgumentHelp("Which of its roles.", valueName: "operator|node"))
    var role: String

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let terminal = CommandContext.current.terminal
        let result = try await GatewayAccess(rpc).call(
            "device.token.revoke", ["deviceId": .string(device), "role": .string(role)], scopes: [.pairing])
        if rpc.json { return terminal.json(result) }
        terminal.line("Revoked the \(role) token of \(TerminalText.clean(device, isOneLine: true)).")
    }
}
