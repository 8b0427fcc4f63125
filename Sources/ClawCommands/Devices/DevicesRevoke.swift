import ArgumentParser
import ClawClient
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw devices revoke`.
struct DevicesRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Make the token of a device worthless.")

    @Option(help: "The device, as `devices list` shows it, or the beginning of its id.")
    var device: String

    @Option(help: ArgumentHelp("Which of its roles.", valueName: "operator|node"))
    var role: String

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let access = try GatewayAccess(rpc)
        let result = try await access.atPairingDesk { desk in
            try await desk.revoke(try DeviceSelection(list: try await desk.list()).deviceID(device), role: role)
        }
        let changed = result["deviceId"]?.stringValue ?? device
        if rpc.json { return context.terminal.json(result) }
        context.terminal.line("Revoked the \(role) token of \(TerminalText.clean(changed, isOneLine: true)).")
    }
}
