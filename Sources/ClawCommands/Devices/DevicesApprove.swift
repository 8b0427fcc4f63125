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
        let access = try GatewayAccess(rpc)
        let result: JSONValue
        do {
            result = try await access.connect(scopes: [.pairing]) { client in
                let id = try await chosen { try await client.request("device.pair.list") }
                return try await client.request("device.pair.approve", ["requestId": .string(id)])
            }
        } catch let error as ClawError {
            let files = try DeviceFiles(of: access, after: error, context)
            result = try await files.approve(try await chosen { try await files.list() })
        }
        if rpc.json { return context.terminal.json(result) }
        let device = result["device"]?["deviceId"]?.stringValue ?? result["requestId"]?.stringValue ?? "the device"
        context.terminal.line("Approved \(TerminalText.clean(device, isOneLine: true)).")
    }

    /// The request to approve; asks for the list only when the newest is wanted.
    private func chosen(_ list: () async throws -> JSONValue) async throws -> String {
        if let request { return request }
        let newest = try await list()["pending"]?.arrayValue?.max { Self.time($0) < Self.time($1) }
        guard let id = newest?["requestId"]?.stringValue else {
            throw ClawError(
                .notFound, "No device asks to be let in.",
                hint: "Requests live five minutes; connect with the device again.")
        }
        return id
    }

    private static func time(_ request: JSONValue) -> Int { request["ts"]?.intValue ?? 0 }
}
