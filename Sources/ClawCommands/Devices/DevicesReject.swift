import ArgumentParser
import ClawProtocol
import ClawSupport

/// `openclaw devices reject`.
struct DevicesReject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "reject", abstract: "Turn a device away that asks.")

    @Argument(help: "The request, as `devices list` shows it.")
    var request: String

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let terminal = CommandContext.current.terminal
        let result = try await GatewayAccess(rpc).call(
            "device.pair.reject", ["requestId": .string(request)], scopes: [.pairing])
        if rpc.json { return terminal.json(result) }
        terminal.line("Rejected \(TerminalText.clean(result["deviceId"]?.stringValue ?? request, isOneLine: true)).")
    }
}
