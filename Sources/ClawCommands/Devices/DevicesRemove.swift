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
        let result: JSONValue
        do {
            result = try await access.connect(scopes: [.pairing]) { client in
                let entry = try DeviceSelection(list: try await client.request("device.pair.list")).device(device)
                return try await client.request("device.pair.remove", ["deviceId": entry["deviceId"] ?? .null])
            }
        } catch let error as ClawError {
            let files = try DeviceFiles(of: access, after: error, context)
            let entry = try DeviceSelection(list: try await files.list()).device(device)
            result = try await files.remove(entry["deviceId"]?.stringValue ?? device)
        }
        if rpc.json { return context.terminal.json(result) }
        let removed = result["deviceId"]?.stringValue ?? device
        context.terminal.line("Removed \(TerminalText.clean(removed, isOneLine: true)).")
    }
}
