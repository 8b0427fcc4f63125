import ClawAgent
import ClawConfig
import ClawCore
import ClawProtocol
package import ClawSupport

/// How a call of the OpenAI interface becomes a turn: the same way as a message of any client, through the journal.
package struct OpenAITurn: Sendable {
    /// What the caller chose by headers and body (gateway-http §2.5).
    struct Target: Sendable, Hashable {
        var agent: AgentID
        var session: SessionKey
    }

    private let chat: ClientChat
    private let feed: RunFeed
    private let entropy: any Entropy

    package init(chat: ClientChat, feed: RunFeed, entropy: any Entropy) {
        self.chat = chat
        self.feed = feed
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
                throw HTTPProblem(400, "unknown agent id \"\(named)\"")
            }
            agent = found
        }
        if let text = call.header("x-openclaw-session-key") {
            let session = try chat.session(text, method: prefix)
            return Target(agent: session.agent ?? agent, session: session)
        }
        let rest = user.map { "\(prefix)-user:\($0.lowercased())" } ?? "\(prefix):\(entropy.uuid())"
        return Target(agent: agent, session: SessionKey(agent: agent, rest: rest))
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
    func start(
        _ conversation: OpenAIConversation, _ target: Target, run: String, caller: HTTPCaller
    ) async throws -> AsyncStream<RunEvent.Body> {
        try await chat.checkSendPolicy(target.session)
        let text = try ClientChat.cleaned(conversation.prompt)
        let message = InboundMessage(
            channel: .webchat, account: .default, peer: Peer(kind: target.session.chatKind, id: target.session.rest),
            sender: Sender(principal: "client:http", assurance: .authenticated, displayName: "HTTP"), text: text,
            timestamp: chat.time.nowMilliseconds)
        let events = feed.events(of: RunID(run))
        let intake = try await chat.accept(message, session: target.session, key: run, namespace: "http") { turn in
            turn.agent = target.agent
            turn.extraSystemPrompt = conversation.system
            turn.senderIsOwner = caller.has(.admin)
        }
        if case .refused(let reason)? = intake.submission { throw RefusedTurn.error(reason) }
        return events
    }
}

/// How a run ended, for one who waited for it.
enum OpenAIEnd: Sendable, Hashable {
    /// The text that people may see; empty when the agent was silent.
    case text(String, usage: TokenUsage, isCut: Bool)
    case failed(String)

    /// What stands for an answer without text (gateway-http §3.2).
    static let silence = "No response from OpenClaw."

    init?(_ body: RunEvent.Body) {
        switch body {
        case .finished(let message, let text):
            self = .text(text, usage: message?.usage ?? TokenUsage(), isCut: message?.stopReason == .length)
        case .failed(let message): self = .failed(message)
        case .aborted(_, let text): self = .text(text, usage: TokenUsage(), isCut: true)
        default: return nil
        }
    }
}
