import ArgumentParser
import ClawClient
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw devices approve`.
struct DevicesApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Let a device in that asks to.",
        discussion: "At a terminal it says what the device gets, and asks; without a request it lets you choose.")

    @Argument(help: "The request, as `devices list` shows it, or its beginning.")
    var request: String?

    @Flag(help: "Approve the newest request.")
    var latest = false

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @OptionGroup var rpc: RPCOptions

    func validate() throws {
        if request != nil, latest { throw ValidationError("Name a request or use --latest, not both.") }
    }

    func run() async throws {
        let context = CommandContext.current
        if request == nil, !latest, rpc.json || !context.prompt.isInteractive {
            throw ClawError(
                .invalidRequest, "Name the request, or take the newest with --latest.",
                hint: "See `openclaw devices approve --help`.")
        }
        let access = try GatewayAccess(rpc)
        let result = try await access.atPairingDesk { desk in
            try await desk.approve(try chosen(DeviceSelection(list: try await desk.list()), context))
        }
        if rpc.json { return context.terminal.json(result) }
        let device = result["device"]?["deviceId"]?.stringValue ?? result["requestId"]?.stringValue ?? "the device"
        context.terminal.line("Approved \(TerminalText.clean(device, isOneLine: true)).")
    }

    /// The request to approve, once the person has agreed to what it grants.
    private func chosen(_ selection: DeviceSelection, _ context: CommandContext) throws -> String {
        let entry: JSONValue
        if let request {
            entry = try selection.request(request)
        } else {
            let requests = selection.requests
            guard let newest = requests.first else {
                throw ClawError(
                    .notFound, "No device asks to be let in.",
                    hint: "Requests live five minutes; connect with the device again.")
            }
            let asks = !latest && requests.count > 1
            entry =
                asks
                ? requests[
                    try context.prompt.choice(
                        "Which device?", requests.map(DeviceSelection.description), on: context.terminal)] : newest
        }
        guard let id = entry["requestId"]?.stringValue else {
            throw ClawError(.notFound, "The request has no id.", hint: "See `openclaw devices list`.")
        }
        if !yes, !rpc.json, context.prompt.isInteractive {
            context.terminal.line(DeviceSelection.description(entry))
            if try !context.prompt.confirm("Let it in?", initially: true, on: context.terminal) {
                throw CancellationError()
            }
        }
        return id
    }
}
