package import ClawAgent
import ClawChannelKit
package import ClawConfig
package import ClawCore
package import ClawStore
package import ClawSupport
import Logging
import Synchronization

/// Stop 3 of a message: judges what channels bring. Every message leaves a row in the journal: the message with its turn to
/// come, or the reason why there is none.
package final class Ingress: InboundSink {
    /// What ingress works with.
    package struct Ports: Sendable {
        package var journal: Journal
        package var pairing: ChannelPairingStore
        package var intake: TurnIntake
        package var turns: TurnSupervisor
        package var triggers: SessionTriggers
        package var configuration: Live<Configuration>
        /// The access rules of a channel account; nil for one that is not configured.
        package var access: @Sendable (ChannelID, AccountID) -> ChannelAccess?
        package var wakeOutbox: @Sendable () -> Void
        package var entropy: any Entropy
        package var trace: MessageTrace

        package init(
            journal: Journal, pairing: ChannelPairingStore, intake: TurnIntake, turns: TurnSupervisor,
            triggers: SessionTriggers, configuration: Live<Configuration>,
            access: @escaping @Sendable (ChannelID, AccountID) -> ChannelAccess?
        ) {
            self.journal = journal
            self.pairing = pairing
            self.intake = intake
            self.turns = turns
            self.triggers = triggers
            self.configuration = configuration
            self.access = access
            wakeOutbox = {}
            entropy = SystemEntropy()
            trace = .none
        }
    }

    private let ports: Ports
    private let groupHistory = Mutex(GroupHistory())
    private let logger = Logger(label: "openclaw.ingress")

    package init(ports: Ports) { self.ports = ports }

    package func accept(_ message: InboundMessage) async throws -> Admission {
        ports.trace.reached(.admit, message.messageID ?? "")
        guard let access = ports.access(message.channel, message.account) else {
            return try await refuse(message, reason: AccessRefusal.channelDisabled.rawValue)
        }
        guard message.kind == .message else { return try await refuse(message, reason: "not-a-message") }
        let isStop = AbortPhrase.isStop(message.text)
        let paired = try await ports.pairing.allowedSenders(channel: message.channel, account: message.account)
        switch access.policy.decide(message, paired: paired, isControlCommand: isStop) {
        case .refuse(let refusal):
            if refusal == .notMentioned { remember(message, access) }
            return try await refuse(message, reason: refusal.rawValue)
        case .offerPairing:
            try await offerPairing(message, access)
            return try await refuse(message, reason: AccessRefusal.pairingRequested.rawValue)
        case .admit(let admittance):
            let isOwner = admittance == .allowlisted && access.policy.isNamedInAllowFrom(message.sender)
            return isStop ? try await stop(message) : try await admit(message, access, isOwner: isOwner)
        }
    }

    private func route(_ message: InboundMessage) -> SessionRouter.Route {
        SessionRouter(rules: RoutingRules(ports.configuration.value)).route(message)
    }

    private func admit(_ message: InboundMessage, _ access: ChannelAccess, isOwner: Bool) async throws -> Admission {
        let route = route(message)
        ports.trace.reached(.route, message.messageID ?? "")
        var message = message
        let (text, reset) = ports.triggers.read(message.text)
        message.text = text
        if message.peer.kind != .direct { message.text = withGroupHistory(message) }
        var accepted = AcceptedTurn(message: message, agent: route.agent, session: route.session)
        accepted.senderIsOwner = isOwner
        // In the session that all share, what the one owner is told must not go to somebody else (channels §3).
        let isShared = route.session == .global || route.session.rest == "main"
        accepted.movesRoute = isOwner || !isShared || !access.policy.hasOneOwner
        accepted.reset = reset
        if message.peer.kind != .direct { accepted.extraSystemPrompt = access.policy.group(message.peer)?.systemPrompt }
        let intake = try await ports.intake.accept(
            accepted, run: RunID(ports.entropy.uuid()), dedupeKey: Self.dedupeKey(message))
        guard intake.isNew else { return .duplicate(intake.item.id) }
        if case .refused(let reason)? = intake.submission {
            logger.warning("a message was not queued", metadata: ["work": "\(intake.item.id)", "reason": "\(reason)"])
            return .refused(reason: reason)
        }
        return .queued(intake.item.id)
    }

    /// A stop word: ends the session's runs and says so in the chat.
    private func stop(_ message: InboundMessage) async throws -> Admission {
        let route = route(message)
        let (item, isNew) = try await ports.journal.admit(
            NewWork(
                kind: .inbound, dedupeKey: Self.dedupeKey(message),
                payload: AcceptedTurn(message: message, agent: route.agent, session: route.session).payload,
                session: route.session, sender: message.sender.principal))
        guard isNew else { return .duplicate(item.id) }
        let runs = await ports.turns.abort(session: route.session, run: nil, reason: .stop)
        try await ports.journal.finish(item.id, .silent(reason: "stop-command"))
        let text = runs.isEmpty ? "Nothing is running." : "Stopped."
        try await reply(text, to: message, agent: route.agent, key: "\(item.id):stop")
        return .queued(item.id)
    }

    private func refuse(_ message: InboundMessage, reason: String) async throws -> Admission {
        _ = try await ports.journal.refuse(
            NewWork(
                kind: .inbound, dedupeKey: Self.dedupeKey(message), payload: .null,
                sender: "\(message.channel):\(message.account):\(message.sender.principal)"),
            reason: reason)
        logger.info("message refused", metadata: ["channel": "\(message.channel)", "reason": "\(reason)"])
        return .refused(reason: reason)
    }

    /// Gives a stranger a code, once; a stranger who writes again keeps it and hears nothing more.
    private func offerPairing(_ message: InboundMessage, _ access: ChannelAccess) async throws {
        let offer = try await ports.pairing.request(
            channel: message.channel, account: message.account, sender: message.sender.principal,
            meta: ["name": .string(message.sender.displayName)])
        guard case .created(let code) = offer else { return }
        let text = PairingText.reply(
            channel: message.channel, account: message.account, idLabel: access.idLabel, id: message.sender.principal,
            code: code)
        try await reply(text, to: message, agent: route(message).agent, key: "pairing:\(message.channel):\(code)")
    }

    private func reply(_ text: String, to message: InboundMessage, agent: AgentID, key: String) async throws {
        let reply = OutboundMessage(
            agent: agent, channel: message.channel, account: message.account, peer: message.peer, text: text,
            thread: message.thread)
        _ = try await ports.journal.admit(NewWork(kind: .delivery, dedupeKey: "\(key):reply", payload: reply.payload))
        ports.wakeOutbox()
    }

    private func remember(_ message: InboundMessage, _ access: ChannelAccess) {
        let limit = access.settings.historyLimit ?? ports.configuration.value.messages.historyLimit
        groupHistory.withLock { $0.record(message, limit: limit) }
    }

    private func withGroupHistory(_ message: InboundMessage) -> String {
        let pending = groupHistory.withLock { $0.take(GroupHistory.Room(message)) }
        return GroupHistory.compose(pending: pending, current: message.text)
    }

    /// Unique for a message of a platform that gives ids; nil where it gives none, and then every message is new.
    static func dedupeKey(_ message: InboundMessage) -> String? {
        message.messageID.map { id in
            "\(message.channel):\(message.account):\(message.peer.id):\(message.kind.rawValue):\(id)"
        }
    }
}
