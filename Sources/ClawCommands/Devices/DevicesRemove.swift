import ArgumentParser
import ClawProtocol
import ClawSupport

/// `openclaw devices remove`.
struct DevicesRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Forget a paired device; it must ask again.")

    @Argument(help: "The device, as `devices list` shows it.")
    var device: String

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let terminal = CommandContext.current.terminal
        let result = try await GatewayAccess(rpc).call(
            "device.pair.remove", ["deviceId": .string(device)], scopes: [.pairing])
        if rpc.json { return terminal.json(result) }
        terminal.line("Removed \(TerminalText.clean(result["deviceId"]?.stringValue ?? device, isOneLine: true)).")
    }
}
