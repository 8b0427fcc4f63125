import ArgumentParser
import ClawClient
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw agent`: one message, one answer.
struct AgentRun: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "Send a message to an agent and print its answer.",
        discussion: "Without --agent, --to and a session the message goes to the main session of the default agent.")

    private static let levels = ["off", "minimal", "low", "medium", "high", "xhigh", "adaptive"]

    @Option(name: [.short, .long], help: "What to say.")
    var message: String

    @Option(help: "Which agent.")
    var agent: String?

    @Option(name: [.customShort("t"), .long], help: "The person whose session to use, for example a phone number.")
    var to: String?

    @Option(help: "The session, by its id.")
    var sessionID: String?

    @Option(help: ArgumentHelp("The session, by its key.", valueName: "agent:id:rest"))
    var sessionKey: String?

    @Option(help: ArgumentHelp("How much to think.", valueName: levels.joined(separator: "|")))
    var thinking: String?

    @Option(help: ArgumentHelp("How long the run may take; 0 for no limit.", valueName: "seconds"))
    var timeout = 600

    @Option(help: ArgumentHelp("The Gateway's address.", valueName: "ws://…|wss://…"))
    var url: String?

    @Option(help: "The Gateway's token.")
    var token: String?

    @Option(help: "The Gateway's password.")
    var password: String?

    @Flag(help: "Print the result as JSON.")
    var json = false

    func validate() throws {
        if message.allSatisfy(\.isWhitespace) { throw ValidationError("--message must not be empty.") }
        if let thinking, !Self.levels.contains(thinking) {
            throw ValidationError("--thinking takes \(Self.levels.joined(separator: ", ")).")
        }
        if timeout < 0 { throw ValidationError("--timeout takes seconds, from 0.") }
        if sessionID != nil, sessionKey != nil {
            throw ValidationError("--session-id and --session-key exclude each other.")
        }
    }

    func run() async throws {
        let context = CommandContext.current
        let runID = context.entropy.uuid()
        let access = try GatewayAccess(GatewayTarget.Options(url: url, token: token, password: password))
        // The Gateway ends the run at its own limit; the margin lets its answer arrive.
        let limit = timeout == 0 ? Duration.seconds(7 * 86_400) : .seconds(timeout + 30)
        let params = params(runID)
        let isStreaming = context.terminal.isInteractive && !json
        let result = try await access.connect(scopes: [.write], caps: isStreaming ? ["tool-events"] : []) { client in
            guard isStreaming else {
                return try await client.requestExpectingFinal("agent", params, timeout: limit)
            }
            return try await stream(client, params, limit, AgentAnswer(runID: runID, terminal: context.terminal))
        }
        if json {
            context.terminal.json(result)
        } else if !isStreaming {
            var answer = AgentAnswer(runID: runID, terminal: context.terminal)
            answer.finish(result)
        }
    }

    private enum Part: Sendable {
        case result(JSONValue)
        case shown(AgentAnswer)
    }

    /// Shows the answer while it grows, and what was not shown by then at the end.
    private func stream(
        _ client: GatewayClient, _ params: JSONValue, _ limit: Duration, _ answer: AgentAnswer
    ) async throws -> JSONValue {
        try await withThrowingTaskGroup(of: Part.self) { group in
            defer { group.cancelAll() }
            group.addTask { .result(try await client.requestExpectingFinal("agent", params, timeout: limit)) }
            group.addTask {
                var answer = answer
                for await event in client.events { answer.show(event) }
                return .shown(answer)
            }
            var result = JSONValue.null
            for try await part in group {
                switch part {
                case .result(let value):
                    result = value
                    group.cancelAll()
                case .shown(var answer):
                    answer.finish(result)
                }
            }
            return result
        }
    }

    private func params(_ runID: String) -> JSONValue {
        var params: JSONObject = ["message": .string(message), "idempotencyKey": .string(runID)]
        params.set("agentId", agent)
        params.set("to", to)
        params.set("sessionId", sessionID)
        params.set("sessionKey", sessionKey)
        params.set("thinking", thinking)
        params.set("timeout", timeout)
        return .object(params)
    }
}
