package import ClawAgent
package import ClawConfig
package import ClawCore
package import ClawStore
package import ClawSupport
import Logging

/// The one door to a turn: whoever asks – channel, client, recovery after a crash – comes through here, so that every turn has
/// a row in the journal before it has anything else.
package final class TurnIntake: Sendable {
    /// What became of a message that a client or channel wants answered.
    package struct Intake: Sendable {
        package var item: WorkItem
        /// False when the same message was accepted before; `item` is then the earlier one.
        package var isNew: Bool
        /// Nil when it is not new.
        package var submission: Submission?
    }

    private let journal: Journal
    private let sessions: SessionStore
    private let turns: TurnSupervisor
    private let channels: ChannelRegistry
    private let media: InboundMedia
    private let configuration: Live<Configuration>
    private let time: any TimeSource
    private let logger: Logger

    package init(
        journal: Journal, sessions: SessionStore, turns: TurnSupervisor, channels: ChannelRegistry, media: InboundMedia,
        configuration: Live<Configuration>, time: any TimeSource
    ) {
        self.journal = journal
        self.sessions = sessions
        self.turns = turns
        self.channels = channels
        self.media = media
        self.configuration = configuration
        self.time = time
        logger = Logger(label: "openclaw.intake")
    }

    /// Records the message and queues its turn. When this returns, the message is durable. Throws what
    /// the journal throws when it cannot be recorded.
    package func accept(_ accepted: AcceptedTurn, run: RunID, dedupeKey: String?) async throws -> Intake {
        let (item, isNew) = try await journal.admit(
            NewWork(
                kind: .inbound, dedupeKey: dedupeKey, payload: accepted.payload, session: accepted.session, run: run,
                sender: accepted.message.sender.principal))
        guard isNew else { return Intake(item: item, isNew: false, submission: nil) }
        do {
            try await startAnew(accepted)
        } catch {
            // The message is accepted: it is answered, if need be in the session as it was.
            logger.error(
                "a session could not start anew", metadata: ["session": "\(accepted.session)", "error": "\(error)"])
        }
        do {
            return Intake(item: item, isNew: true, submission: try await submit(accepted, item: item, run: run))
        } catch {
            try await abandon(item, run: run, error)
            throw error
        }
    }

    /// Gives a row whose turn could not be queued its end, so that neither its sender nor a repeat waits for ever.
    private func abandon(_ item: WorkItem, run: RunID, _ error: any Error) async throws {
        // What is in the queue has its own end to come.
        if turns.isKnown(run) { return }
        try await journal.finish(
            item.id, .failed(reason: "The message could not be queued: \(error).", told: true))
    }

    /// Takes up what a crash or a stop left without an outcome, oldest first.
    package func recover() async throws {
        for item in try await journal.unfinished(.inbound) {
            guard let payload = item.payload, let accepted = AcceptedTurn(payload: payload) else {
                try await journal.finish(item.id, .dead(reason: "The row cannot be read."))
                logger.error("an accepted message cannot be read", metadata: ["work": "\(item.id)"])
                continue
            }
            logger.notice(
                "taking up an unfinished message", metadata: ["work": "\(item.id)", "session": "\(accepted.session)"])
            _ = try await submit(accepted, item: item, run: item.run ?? RunID(item.id.rawValue), isRecovered: true)
        }
    }

    private func submit(
        _ accepted: AcceptedTurn, item: WorkItem, run: RunID, isRecovered: Bool = false
    ) async throws -> Submission {
        let channel = channels.channel(accepted.message.channel, accepted.message.account)
        var turn = accepted.pendingTurn(
            for: item, run: run, capabilities: channel?.capabilities ?? ChannelCapabilities(),
            queue: QueuePolicy(configuration.value.messages, channel: accepted.message.channel),
            images: try await media.images(of: accepted.message))
        turn.isRecovered = isRecovered
        return try await turns.submit(turn)
    }

    /// Resets the session when the person asked for it or its time is over.
    private func startAnew(_ accepted: AcceptedTurn) async throws {
        if let reason = accepted.reset {
            _ = await turns.abort(session: accepted.session, run: nil, reason: .superseded)
            if try await sessions.record(accepted.session) != nil {
                _ = try await sessions.reset(accepted.session, reason: reason)
            }
            return
        }
        guard let record = try await sessions.record(accepted.session) else { return }
        let type: SessionConfiguration.ChatType =
            accepted.message.thread != nil ? .thread : accepted.session.chatKind == .direct ? .direct : .group
        let now = time.nowMilliseconds
        let expiry = SessionExpiry(
            reset: configuration.value.session.reset(channel: accepted.message.channel.rawValue, type: type),
            offset: LocalTime.offsetSeconds(at: now))
        guard let reason = expiry.reason(updatedAt: record.updatedAt, now: now) else { return }
        logger.info("session starts anew", metadata: ["session": "\(accepted.session)", "reason": "\(reason)"])
        _ = try await sessions.reset(accepted.session, reason: reason == "daily" ? .daily : .idle)
    }
}
