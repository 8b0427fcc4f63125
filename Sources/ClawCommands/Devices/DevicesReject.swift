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
        let result: JSONValue
        do {
            result = try await access.connect(scopes: [.pairing]) { client in
                let entry = try DeviceSelection(list: try await client.request("device.pair.list")).request(request)
                return try await client.request("device.pair.reject", ["requestId": entry["requestId"] ?? .null])
            }
        } catch let error as ClawError {
            let files = try DeviceFiles(of: access, after: error, context)
            let entry = try DeviceSelection(list: try await files.list()).request(request)
            result = try await files.reject(entry["requestId"]?.stringValue ?? request)
        }
        if rpc.json { return context.terminal.json(result) }
        let device = result["deviceId"]?.stringValue ?? request
        context.terminal.line("Rejected \(TerminalText.clean(device, isOneLine: true)).")
    }
}
