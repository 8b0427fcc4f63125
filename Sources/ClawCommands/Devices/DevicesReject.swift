import ArgumentParser
import ClawClient
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw devices reject`.
struct DevicesReject: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "reject", abstract: "Turn a device away that asks.")

    @Argument(help: "The request, as `devices list` shows it, or its beginning.")
    var request: String

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let access = try GatewayAccess(rpc)
        let result = try await access.atPairingDesk { desk in
            let entry = try DeviceSelection(list: try await desk.list()).request(request)
            return try await desk.reject(entry["requestId"]?.stringValue ?? request)
        }
        if rpc.json { return context.terminal.json(result) }
        let device = result["deviceId"]?.stringValue ?? request
        context.terminal.line("Rejected \(TerminalText.clean(device, isOneLine: true)).")
    }
}
