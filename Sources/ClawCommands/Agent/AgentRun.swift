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
        let isStreaming = context.terminal.isInteractive && !json
        var progress = Progress(answer: AgentAnswer(runID: runID, terminal: context.terminal))
        var isFirst = true
        // The key stays the same, so that asking again after a lost connection starts no second run.
        let params = params(runID)
        let result = try await access.stayConnected(
            scopes: [.write], caps: isStreaming ? ["tool-events"] : [],
            onChange: { change in progress.note(change, context.terminal) },
            { client in
                defer { isFirst = false }
                let result =
                    isStreaming ? try await stream(client, params, &progress) : try await ask(client, params)
                return isFirst ? result : try await completed(result, runID, client)
            })
        if json {
            context.terminal.json(result)
        } else {
            progress.answer.finish(result)
        }
    }

    /// What of the run is known and shown, over all connections.
    private struct Progress: Sendable {
        var answer: AgentAnswer
        var follower = EventFollower()
        private var isLost = false

        init(answer: AgentAnswer) { self.answer = answer }

        /// Says once that the connection is lost, not for each try to connect again.
        mutating func note(_ change: Reconnection.Change, _ terminal: Terminal) {
            switch change {
            case .lost(let error, _):
                answer.endLine()
                if !isLost {
                    terminal.note(TerminalText.clean("\(error.clawError.message) The run goes on; trying again."))
                }
                isLost = true
            case .back: isLost = false
            }
        }
    }

    private enum Part: Sendable {
        case result(Result<JSONValue, any Error>)
        case shown(Progress)
    }

    /// Shows the answer while it grows.
    private func stream(
        _ client: GatewayClient, _ params: JSONValue, _ progress: inout Progress
    ) async throws -> JSONValue {
        let known = progress
        let (result, shown) = await withTaskGroup(of: Part.self) { group in
            group.addTask {
                do { return .result(.success(try await ask(client, params))) } catch { return .result(.failure(error)) }
            }
            group.addTask {
                var progress = known
                var answer = progress.answer
                do {
                    try await client.follow(&progress.follower) { answer.show($0) }
                } catch {
                    // The end of the connection ends the request, too, and that says so.
                    progress.answer = answer
                    return .shown(progress)
                }
            }
            var (result, shown) = (Result<JSONValue, any Error>.failure(CancellationError()), known)
            for await part in group {
                switch part {
                case .result(let value):
                    result = value
                    group.cancelAll()
                case .shown(let progress): shown = progress
                }
            }
            return (result, shown)
        }
        progress = shown
        return try result.get()
    }

    /// The result of the run, however long that takes.
    private func ask(_ client: GatewayClient, _ params: JSONValue) async throws -> JSONValue {
        // The Gateway ends the run at its own limit; the margin lets its answer arrive.
        let limit = timeout == 0 ? Duration.seconds(7 * 86_400) : .seconds(timeout + 30)
        do {
            return try await client.requestExpectingFinal("agent", params, timeout: limit)
        } catch let error as GatewayClientError {
            // A run that takes too long is no connection that is lost.
            if case .timedOut = error { throw error.clawError }
            throw error
        }
    }

    /// A result that is asked for again may come without its text, which the Gateway still knows for a while.
    private func completed(_ result: JSONValue, _ runID: String, _ client: GatewayClient) async throws -> JSONValue {
        let hasText = result["result"]?["payloads"]?.arrayValue?.isEmpty == false
        if hasText || !client.hello.methods.contains(EventFollower.method) { return result }
        var follower = EventFollower()
        let updates = try follower.take(answer: await client.request(EventFollower.method))
        guard case .standing(let standing?)? = updates.first,
            let run = standing.runs.first(where: { $0.run == runID }), !run.text.isEmpty,
            var object = result.objectValue
        else { return result }
        var inner = object["result"]?.objectValue ?? ["meta": [:]]
        inner["payloads"] = [["text": .string(run.text), "mediaUrl": nil]]
        object["result"] = .object(inner)
        return .object(object)
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
