import ArgumentParser
import ClawClient
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw devices rotate`.
struct DevicesRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Give a device a new token; the old one stops working.")

    @Option(help: "The device, as `devices list` shows it, or the beginning of its id.")
    var device: String

    @Option(help: ArgumentHelp("Which of its roles.", valueName: "operator|node"))
    var role: String

    @Option(help: "A scope of the new token; may be repeated. Without any, those of the old one stay.")
    var scope: [String] = []

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let access = try GatewayAccess(rpc)
        let result = try await access.atPairingDesk { desk in
            let id = try DeviceSelection(list: try await desk.list()).deviceID(device)
            return try await desk.rotate(id, role: role, scopes: scope.isEmpty ? nil : scope)
        }
        let changed = result["deviceId"]?.stringValue ?? device
        if rpc.json { return context.terminal.json(result) }
        context.terminal.line("New token of \(TerminalText.clean(changed, isOneLine: true)) as \(role):")
        context.terminal.line(TerminalText.clean(result["token"]?.stringValue ?? "", isOneLine: true))
    }
}
