import ArgumentParser
import ClawClient
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw devices approve`.
struct DevicesApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "approve", abstract: "Let a device in that asks to.")

    @Argument(help: "The request, as `devices list` shows it.")
    var request: String?

    @Flag(help: "Approve the newest request.")
    var latest = false

    @OptionGroup var rpc: RPCOptions

    func validate() throws {
        if request == nil, !latest { throw ValidationError("Name the request, or take the newest with --latest.") }
        if request != nil, latest { throw ValidationError("Name a request or use --latest, not both.") }
    }

    func run() async throws {
        let context = CommandContext.current
        let result = try await GatewayAccess(rpc).connect(scopes: [.pairing]) { client in
            var id = request ?? ""
            if latest {
                let list = try await client.request("device.pair.list")
                let newest = list["pending"]?.arrayValue?.max { Self.time($0) < Self.time($1) }
                guard let found = newest?["requestId"]?.stringValue else {
                    throw ClawError(
                        .notFound, "No device asks to be let in.",
                        hint: "Requests live five minutes; connect with the device again.")
                }
                id = found
            }
            return try await client.request("device.pair.approve", ["requestId": .string(id)])
        }
        if rpc.json { return context.terminal.json(result) }
        let device = result["device"]?["deviceId"]?.stringValue ?? result["requestId"]?.stringValue ?? "the device"
        context.terminal.line("Approved \(TerminalText.clean(device, isOneLine: true)).")
    }

    private static func time(_ request: JSONValue) -> Int { request["ts"]?.intValue ?? 0 }
}
