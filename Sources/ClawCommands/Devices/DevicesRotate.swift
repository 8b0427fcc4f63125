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
        let result: JSONValue
        do {
            result = try await access.connect(scopes: [.pairing]) { client in
                let entry = try DeviceSelection(list: try await client.request("device.pair.list")).device(device)
                var params: JSONObject = ["deviceId": entry["deviceId"] ?? .null, "role": .string(role)]
                if !scope.isEmpty { params["scopes"] = .strings(scope) }
                return try await client.request("device.token.rotate", .object(params))
            }
        } catch let error as ClawError where error.isFromGateway {
            let files = try DeviceFiles(of: access, after: error, context)
            let entry = try DeviceSelection(list: try await files.list()).device(device)
            result = try await files.rotate(
                entry["deviceId"]?.stringValue ?? device, role: role, scopes: scope.isEmpty ? nil : scope)
        }
        let changed = result["deviceId"]?.stringValue ?? device
        if rpc.json { return context.terminal.json(result) }
        context.terminal.line("New token of \(TerminalText.clean(changed, isOneLine: true)) as \(role):")
        context.terminal.line(TerminalText.clean(result["token"]?.stringValue ?? "", isOneLine: true))
    }
}
