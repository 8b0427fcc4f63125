import ArgumentParser
import ClawClient
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw devices remove`.
struct DevicesRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Forget a paired device; it must ask again.")

    @Argument(help: "The device, as `devices list` shows it, or the beginning of its id.")
    var device: String

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let access = try GatewayAccess(rpc)
        let result = try await access.atPairingDesk { desk in
            try await desk.remove(try DeviceSelection(list: try await desk.list()).deviceID(device))
        }
        if rpc.json { return context.terminal.json(result) }
        let removed = result["deviceId"]?.stringValue ?? device
        context.terminal.line("Removed \(TerminalText.clean(removed, isOneLine: true)).")
    }
}
