import ArgumentParser
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw system event`.
struct SystemEvent: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "event", abstract: "Tell the main session what happened; it reads that at its next turn.")

    /// When the session is to hear of it.
    enum Mode: String, ExpressibleByArgument, CaseIterable {
        case now
        case nextHeartbeat = "next-heartbeat"
    }

    @Option(help: "What happened.")
    var text: String

    @Option(help: "When it is read. `now` needs heartbeats, which this Gateway does not have.")
    var mode = Mode.nextHeartbeat

    @OptionGroup var rpc: RPCOptions

    func validate() throws {
        if text.trimmingWhitespace.isEmpty { throw ValidationError("--text is empty.") }
        if mode == .now {
            throw ValidationError(
                "--mode now would wake the agent with a heartbeat, which this Gateway does not have. Without it the event "
                    + "waits for the next turn.")
        }
    }

    func run() async throws {
        let context = CommandContext.current
        let result = try await GatewayAccess(rpc).call("system-event", ["text": .string(text)], scopes: [.admin])
        if rpc.json { return context.terminal.json(result) }
        context.terminal.line("The main session reads it at its next turn.")
    }
}
