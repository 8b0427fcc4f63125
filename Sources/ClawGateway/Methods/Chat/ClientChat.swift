package import ClawAgent
package import ClawConfig
package import ClawCore
import ClawProtocol
package import ClawStore
package import ClawSupport

/// What `chat.send` and `agent` share: a client's words become an accepted turn.
package struct ClientChat: Sendable {
    package let intake: TurnIntake
    package let turns: TurnSupervisor
    package let sessions: SessionStore
    package let media: InboundMedia
    package let events: EventHub
    package let configuration: Live<Configuration>
    package let time: any TimeSource

    package init(
        intake: TurnIntake, turns: TurnSupervisor, sessions: SessionStore, media: InboundMedia, events: EventHub,
        configuration: Live<Configuration>, time: any TimeSource
    ) {
        self.intake = intake
        self.turns = turns
        self.sessions = sessions
        self.media = media
        self.events = events
        self.configuration = configuration
        self.time = time
    }

    package var named: ClientSessions { ClientSessions(store: sessions, configuration: configuration) }

    package var keys: SessionKeyResolver { named.keys }

    /// As `ClientSessions.session`.
    package func session(_ text: String, method: String) throws(ClawError) -> SessionKey {
        try named.session(text, method: method)
    }

    /// As `ClientSessions.knownSession`.
    package func knownSession(_ text: String, method: String) throws(ClawError) -> SessionKey {
        try named.knownSession(text, method: method)
    }

    package func agent(of session: SessionKey) -> AgentID { named.agent(of: session) }

    /// The text in one spelling and without control characters; throws for NUL. The wire's own texts.
    package static func cleaned(_ text: String) throws(ClawError) -> String {
        if text.unicodeScalars.contains("\0") {
            throw ClawError(.invalidRequest, "message must not contain null bytes")
        }
        var clean = String.UnicodeScalarView()
        for scalar in text.composed.unicodeScalars
        where scalar.value >= 0x20 && scalar.value != 0x7F || scalar == "\t" || scalar == "\n" || scalar == "\r" {
            clean.append(scalar)
        }
        return String(clean)
    }

    /// As `ClientSessions.checkSendPolicy`.
    package func checkSendPolicy(_ session: SessionKey) async throws { try await named.checkSendPolicy(session) }

    /// The message of a client: its images are on disk when this returns.
    package func message(
        _ text: String, images: [AttachmentReader.Image], session: SessionKey, context: MethodContext
    ) async throws -> InboundMessage {
        let client = context.connection.client
        var message = InboundMessage(
            channel: .webchat, account: .default, peer: Peer(kind: session.chatKind, id: session.rest),
            sender: Sender(
                principal: "client:\(context.connection.deviceID ?? client.id)", assurance: .authenticated,
                displayName: client.displayName ?? client.id),
            text: text, timestamp: time.nowMilliseconds)
        message.media = try await media.store(images)
        return message
    }

    /// Lets the caller see the tool calls of its run, if it says that it can show them.
    package func watch(_ run: String, _ context: MethodContext) {
        if context.connection.caps.contains("tool-events") {
            events.addToolRecipient(context.connection, run: RunID(run))
        }
    }

    /// Accepts the turn, or tells how the earlier one with the same key stands.
    package func accept(
        _ message: InboundMessage, session: SessionKey, key: String, namespace: String,
        adjust: (inout AcceptedTurn) -> Void
    ) async throws -> TurnIntake.Intake {
        var accepted = AcceptedTurn(message: message, agent: agent(of: session), session: session)
        adjust(&accepted)
        return try await intake.accept(accepted, run: RunID(key), dedupeKey: Self.dedupeKey(key, namespace))
    }

    /// The key of a turn in the journal.
    package static func dedupeKey(_ key: String, _ namespace: String) -> String { "\(namespace):\(key)" }
}

/// A turn that the queue did not take.
enum RefusedTurn {
    static func error(_ reason: String) -> ClawError {
        switch reason {
        case "draining":
            ClawError(
                .unavailable, "The Gateway is stopping and takes no new messages.", hint: "Send it again in a moment.",
                retry: .yes)
        case "overloaded":
            ClawError(.unavailable, "The Gateway has too much to do.", hint: "Send it again in a moment.", retry: .yes)
        default: ClawError(.unavailable, "The message was not taken: \(reason).", retry: .yes)
        }
    }
}

/// How an earlier request with the same idempotency key stands, in the words of the wire.
enum RepeatedRequest {
    /// The payload of `chat.send`; throws the stored failure with its payload.
    static func answer(for item: WorkItem, run: String) throws -> JSONValue {
        switch item.outcome {
        case nil: return ["runId": .string(run), "status": "in_flight"]
        case .delivered?, .merged?, .superseded?, .silent?: return ["runId": .string(run), "status": "ok"]
        case .refused(let reason)?, .failed(let reason, _)?, .dead(let reason)?: throw failure(reason, run)
        }
    }

    /// The last answer of `agent` for a run whose result is not kept any more: it says so, instead of looking like a run that
    /// said nothing.
    static func lateAnswer(for item: WorkItem, run: String) throws -> JSONValue {
        let ended: String
        switch item.outcome {
        case nil:
            throw MethodFailure(
                WireError(.unavailable, "The run has not ended, and this request does not wait for it any longer."),
                payload: ["runId": .string(run), "status": "in_flight"])
        case .delivered?: ended = "The run completed"
        case .silent(let reason)?: ended = "The run ended without an answer (\(reason))"
        case .merged(let work)?: ended = "The message became part of the run of \(work)"
        case .superseded?: ended = "A later message took the place of this run"
        case .refused(let reason)?, .failed(let reason, _)?, .dead(let reason)?: throw failure(reason, run)
        }
        return [
            "runId": .string(run), "status": "ok", "resultKept": false,
            "summary": .string("\(ended); its result is not kept here any more, the session's history has it."),
        ]
    }

    private static func failure(_ reason: String, _ run: String) -> MethodFailure {
        MethodFailure(
            WireError(.unavailable, reason),
            payload: ["runId": .string(run), "status": "error", "summary": .string(reason)])
    }
}
