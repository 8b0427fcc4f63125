import ClawAgent
import ClawConfig
package import ClawCore
import ClawProtocol
package import ClawSupport

/// How a call of the OpenAI interface becomes a turn: the same way as a message of any client, through the journal.
package struct OpenAITurn: Sendable {
    /// Of the keys of turns that came in over HTTP.
    package static let namespace = "http"

    /// What the caller chose by headers and body (gateway-http §2.5).
    struct Target: Sendable, Hashable {
        var agent: AgentID
        var session: SessionKey
    }

    /// Bytes of a `user`, which becomes part of a session key.
    private static let userLimit = 256

    private let chat: ClientChat
    private let feed: RunFeed
    private let sessionOfRun: @Sendable (RunID) async throws -> SessionKey?
    private let entropy: any Entropy

    /// - Parameter sessionOfRun: The session of a turn that came in over HTTP, from the journal.
    package init(
        chat: ClientChat, feed: RunFeed, sessionOfRun: @escaping @Sendable (RunID) async throws -> SessionKey?,
        entropy: any Entropy
    ) {
        self.chat = chat
        self.feed = feed
        self.sessionOfRun = sessionOfRun
        self.entropy = entropy
    }

    /// Seconds since 1970.
    var now: Int64 { chat.time.nowMilliseconds / 1000 }

    func identifier(_ prefix: String) -> String { "\(prefix)_\(entropy.uuid())" }

    /// The agents that can be named as models, the default one first.
    var agents: [AgentID] {
        let agents = chat.configuration.value.agents
        return [agents.defaultID] + agents.ids.filter { $0 != agents.defaultID }
    }

    /// - Parameters:
    ///   - prefix: The first part of the keys of sessions that are made here: `openai` or `openresponses`.
    ///   - model: Names an agent as `openclaw/<id>`, `openclaw:<id>` or `agent:<id>`; other names mean the default agent, and no
    ///     name chooses a model (attacks S39).
    func target(_ call: HTTPCall, model: String?, user: String?, prefix: String) throws -> Target {
        let named = call.header("x-openclaw-agent-id") ?? call.header("x-openclaw-agent") ?? Self.agent(in: model)
        var agent = agents[0]
        if let named {
            guard let found = AgentID(normalizing: named), agents.contains(found) else {
                throw HTTPProblem(400, "unknown agent id \"\(named.prefix(64))\"")
            }
            agent = found
        }
        if let user, user.utf8.count > Self.userLimit {
            throw HTTPProblem(400, "`user` is longer than \(Self.userLimit) bytes")
        }
        if let text = call.header("x-openclaw-session-key") {
            let session = try chat.knownSession(text, method: prefix)
            return Target(agent: session.agent ?? agent, session: session)
        }
        let rest = user.map { "\(prefix)-user:\($0.lowercased())" } ?? "\(prefix):\(entropy.uuid())"
        return Target(agent: agent, session: SessionKey(agent: agent, rest: rest))
    }

    /// The session that the answer `id` belongs to; nil when no such answer is known. Throws when its agent is gone.
    func target(continuing id: String) async throws -> Target? {
        guard let session = try await sessionOfRun(RunID(id)) else { return nil }
        try chat.keys.checkAgent(of: session, method: "previous_response_id")
        return Target(agent: chat.agent(of: session), session: session)
    }

    /// The session that waits for the output of one of these calls; nil when none is known.
    func target(waitingFor outputs: ClientCallOutputs) async throws -> Target? {
        for run in outputs.outputs.last.map({ ClientCallID.runs(of: $0.call) }) ?? [] {
            if let target = try await target(continuing: run) { return target }
        }
        return nil
    }

    private static func agent(in model: String?) -> String? {
        guard let model else { return nil }
        for prefix in ["openclaw:", "openclaw/", "agent:"] where model.lowercased().hasPrefix(prefix) {
            return String(model.dropFirst(prefix.count))
        }
        return nil
    }

    /// Accepts the turn and returns the events of its run. When this returns, the message is durable; a caller who goes away
    /// does not end the run.
    ///
    /// - Parameter maximumOutputTokens: The most that the model may write at once; nil leaves it to the model.
    func start(
        _ conversation: OpenAIConversation, images: [AttachmentReader.Image] = [], tools: OpenAITools = OpenAITools(),
        maximumOutputTokens: Int? = nil, _ target: Target, run: String, caller: HTTPCaller
    ) async throws -> AsyncStream<RunFeed.Event> {
        try await chat.checkSendPolicy(target.session)
        let text = try ClientChat.cleaned(conversation.prompt)
        let system = [conversation.system, tools.instruction].compactMap(\.self)
        let extra = system.isEmpty ? nil : try ClientChat.cleaned(system.joined(separator: "\n\n"))
        let outputs = try conversation.outputs.map { try Self.cleaned($0) }
        var message = InboundMessage(
            channel: .webchat, account: .default, peer: Peer(kind: target.session.chatKind, id: target.session.rest),
            sender: Sender(principal: "client:http", assurance: .authenticated, displayName: "HTTP"), text: text,
            timestamp: chat.time.nowMilliseconds)
        message.media = try await chat.media.store(images)
        let events = feed.events(of: RunID(run))
        let intake = try await chat.accept(message, session: target.session, key: run, namespace: Self.namespace) {
            turn in
            turn.agent = target.agent
            turn.extraSystemPrompt = extra
            turn.callOutputs = outputs
            if !tools.definitions.isEmpty {
                turn.clientTools = ClientTools(
                    tools.definitions, callPrefix: ClientCallID.prefix(run: run), choice: tools.choice,
                    allowsSeveral: tools.allowsSeveral)
            }
            turn.standsAlone = true
            turn.maximumOutputTokens = maximumOutputTokens
            turn.senderIsOwner = caller.has(.admin)
        }
        if case .refused(let reason)? = intake.submission { throw RefusedTurn.error(reason) }
        return events
    }

    private static func cleaned(_ outputs: ClientCallOutputs) throws(ClawError) -> ClientCallOutputs {
        var clean = ClientCallOutputs([], text: try ClientChat.cleaned(outputs.text))
        for output in outputs.outputs {
            clean.outputs.append(
                ClientCallOutputs.Output(call: output.call, text: try ClientChat.cleaned(output.text)))
        }
        return clean
    }
}

/// How a run ended, for one who waited for it.
enum OpenAIEnd: Sendable, Hashable {
    /// Why there is no more text.
    enum Stop: Sendable, Hashable {
        case complete
        /// The model came to the limit of its output.
        case length
        case aborted(AbortReason)
    }

    /// The text that people may see; empty when the agent was silent.
    case text(String, usage: TokenUsage, stop: Stop)
    /// Functions that the caller is to run, after what the model said before it called them.
    case calls([ToolCall], text: String, usage: TokenUsage)
    case failed(String)

    /// What stands for an answer without text (gateway-http §3.2).
    static let silence = "No response from OpenClaw."

    init?(_ event: RunFeed.Event) {
        let usage = event.usage ?? TokenUsage()
        switch event.body {
        case .finished(let message?, let text) where !message.toolCalls.isEmpty:
            self = .calls(message.toolCalls, text: text, usage: usage)
        case .finished(let message, let text):
            self = .text(text, usage: usage, stop: message?.stopReason == .length ? .length : .complete)
        case .failed(let message): self = .failed(message)
        case .aborted(let reason, let text): self = .text(text, usage: usage, stop: .aborted(reason))
        default: return nil
        }
    }
}

extension AbortReason {
    /// Why there is no answer, for one who waited for it.
    var sentence: String {
        switch self {
        case .timeout: "The run took longer than it may and was ended."
        case .shutdown:
            "The Gateway stopped before the answer was complete. It goes on with the message when it runs again, in the same "
                + "session; ask again to have an answer here."
        case .rpc, .stop, .superseded: "The run was stopped before the answer was complete. Ask again to have one."
        }
    }
}

/// How much of a growing text a client has. What it has read cannot be taken back, so what a second try of the model writes
/// differently is told only at the end.
struct SentText: Sendable, Hashable {
    private(set) var text = ""

    /// What is new in `full`; nil when it holds nothing new, or something else than what was sent.
    mutating func advance(to full: String) -> String? {
        let sent = text.utf8.count
        guard full.utf8.count > sent, full.utf8.starts(with: text.utf8) else { return nil }
        text = full
        return String(decoding: full.utf8.dropFirst(sent), as: UTF8.self)
    }
}
