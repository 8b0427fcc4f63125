package import ClawAgent
package import ClawCore
package import ClawProtocol
package import ClawSupport

/// Makes of the events of one run what clients are told: `agent` events as they come, `chat` events at most every 150 ms
/// (gateway-methods §2.5, §2.6). Pure: an event and the time in, frames out.
///
/// A text that comes too early is held back. It is told with the next piece, before a tool call or the end, or, when nothing
/// comes, by `flush`.
package struct ChatStream: Sendable {
    package enum Output: Sendable, Hashable {
        /// For everybody.
        case broadcast(EventName, JSONValue, isDroppable: Bool)
        /// For the connections that asked for the tool events of this run.
        case toolEvent(JSONValue)
    }

    /// Milliseconds between two deltas of a run.
    package static let interval: Int64 = 150
    package static let errorLimit = 240

    private let run: RunID
    private let session: SessionKey
    /// Whether clients see what tools returned.
    private let showsToolResults: Bool
    private var startedAt: Int64?
    private var sentText = ""
    private var lastDeltaAt: Int64?
    /// The text event that was held back.
    private var heldBack: RunEvent?
    /// The whole text so far.
    package private(set) var text = ""
    /// Whether the terminal state was sent; what follows is not told.
    package private(set) var isOver = false

    package init(run: RunID, session: SessionKey, showsToolResults: Bool = false) {
        self.run = run
        self.session = session
        self.showsToolResults = showsToolResults
    }

    /// - Parameter now: milliseconds on a clock that never goes back.
    package mutating func receive(_ event: RunEvent, now: Int64) -> [Output] {
        if isOver { return [] }
        switch event.body {
        case .started:
            startedAt = startedAt ?? event.timestamp
            return [agent("lifecycle", ["phase": "start", "startedAt": .int64(event.timestamp)], event)]
        case .text(let full, let delta):
            text = full
            let told = agent("assistant", ["text": .string(full), "delta": .string(delta)], event)
            return [told] + throttledDelta(event, now: now)
        case .thinking(let full, let delta):
            return [agent("thinking", ["text": .string(full), "delta": .string(delta)], event)]
        case .toolStarted(let call):
            // What was said before the call is told before it, so that clients can show it there.
            return delta(event, now: now) + [
                tool(["phase": "start", "name": .string(call.name), "toolCallId": .string(call.id)], event) { data in
                    data["args"] = .object(call.arguments)
                }
            ]
        case .toolFinished(let callID, let name, let result):
            return [
                tool(["phase": "result", "name": .string(name), "toolCallId": .string(callID)], event) { data in
                    data["isError"] = .bool(result.isError)
                    if showsToolResults { data["result"] = ToolResultView.json(result) }
                }
            ]
        case .fallback(let selected, let active, let reason):
            return [agent("lifecycle", Self.fallback(selected, active, reason), event)]
        case .finished(_, let text):
            return finish(event, text: text)
        case .failed(let message):
            return fail(event, message)
        case .aborted(let reason, let partialText):
            return abort(event, reason: reason, partialText: partialText)
        }
    }

    private mutating func throttledDelta(_ event: RunEvent, now: Int64) -> [Output] {
        if let lastDeltaAt, now - lastDeltaAt < Self.interval {
            heldBack = event
            return []
        }
        return delta(event, now: now)
    }

    /// When `flush` is to be called, on the clock of `receive`; nil when nothing is held back.
    package var flushAt: Int64? { heldBack == nil ? nil : (lastDeltaAt ?? 0) + Self.interval }

    /// What was held back, and the event that told it.
    package mutating func flush(now: Int64) -> (event: RunEvent, outputs: [Output])? {
        guard let event = heldBack, !isOver else { return nil }
        return (event, delta(event, now: now))
    }

    private mutating func delta(_ event: RunEvent, now: Int64) -> [Output] {
        heldBack = nil
        if text == sentText || text.isEmpty || SilentText.isFragment(text) { return [] }
        sentText = text
        lastDeltaAt = now
        return [chat("delta", event, isDroppable: true) { $0["message"] = Self.message(text, event.timestamp) }]
    }

    private mutating func finish(_ event: RunEvent, text final: String) -> [Output] {
        isOver = true
        text = final
        var outputs: [Output] = []
        if final.count > sentText.count, !sentText.isEmpty { outputs = delta(event, now: 0) }
        var data: JSONObject = ["phase": "end"]
        data.set("startedAt", startedAt)
        data["endedAt"] = .int64(event.timestamp)
        outputs.append(agent("lifecycle", data, event))
        let shown = Self.trimmed(final)
        let isSilent = shown.isEmpty || SilentText.isToken(shown)
        outputs.append(
            chat("final", event) { if !isSilent { $0["message"] = Self.message(shown, event.timestamp) } })
        return outputs
    }

    private mutating func fail(_ event: RunEvent, _ message: String) -> [Output] {
        isOver = true
        var outputs = text.count > sentText.count ? delta(event, now: 0) : []
        var data: JSONObject = ["phase": "error", "error": .string(message), "endedAt": .int64(event.timestamp)]
        data.set("startedAt", startedAt)
        outputs.append(agent("lifecycle", data, event))
        outputs.append(
            chat("error", event) { $0["errorMessage"] = .string(String(message.prefix(Self.errorLimit))) })
        return outputs
    }

    private mutating func abort(_ event: RunEvent, reason: AbortReason, partialText: String) -> [Output] {
        isOver = true
        var data: JSONObject = ["phase": "end"]
        data.set("startedAt", startedAt)
        data["endedAt"] = .int64(event.timestamp)
        data["aborted"] = true
        data["stopReason"] = .string(reason.rawValue)
        let shown = Self.trimmed(partialText)
        return [
            agent("lifecycle", data, event),
            chat("aborted", event) { payload in
                payload["stopReason"] = .string(reason.rawValue)
                if !shown.isEmpty, !SilentText.isFragment(shown) {
                    payload["message"] = Self.message(shown, event.timestamp)
                }
            },
        ]
    }
}

extension ChatStream {
    private func chat(
        _ state: String, _ event: RunEvent, isDroppable: Bool = false, _ more: (inout JSONObject) -> Void
    ) -> Output {
        .broadcast(
            .chat, Self.chatPayload(run, session, event.sequence, state: state, more), isDroppable: isDroppable)
    }

    private func agent(_ stream: String, _ data: JSONObject, _ event: RunEvent) -> Output {
        .broadcast(.agent, payload(stream, data, event), isDroppable: false)
    }

    private func tool(_ data: JSONObject, _ event: RunEvent, _ more: (inout JSONObject) -> Void) -> Output {
        var data = data
        more(&data)
        return .toolEvent(payload("tool", data, event))
    }

    private func payload(_ stream: String, _ data: JSONObject, _ event: RunEvent) -> JSONValue {
        Self.agentPayload(run, session, event.sequence, stream: stream, at: event.timestamp, data)
    }

    /// The payload of a `chat` event.
    static func chatPayload(
        _ run: RunID, _ session: SessionKey, _ sequence: Int, state: String, _ more: (inout JSONObject) -> Void
    ) -> JSONValue {
        var payload: JSONObject = [
            "runId": .string(run.rawValue), "sessionKey": .string(session.rawValue), "seq": .int(sequence),
            "state": .string(state),
        ]
        more(&payload)
        return .object(payload)
    }

    /// The payload of an `agent` event.
    static func agentPayload(
        _ run: RunID, _ session: SessionKey, _ sequence: Int, stream: String, at timestamp: Int64, _ data: JSONObject
    ) -> JSONValue {
        [
            "runId": .string(run.rawValue), "seq": .int(sequence), "stream": .string(stream),
            "ts": .int64(timestamp), "data": .object(data), "sessionKey": .string(session.rawValue),
        ]
    }

    /// The text of the message of a `chat` payload.
    static func text(of payload: JSONValue) -> String? {
        payload["message"]?["content"]?.arrayValue?.first?["text"]?.stringValue
    }

    private static func fallback(
        _ selected: ModelReference, _ active: ModelReference, _ reason: String
    ) -> JSONObject {
        [
            "phase": "fallback", "selectedProvider": .string(selected.provider),
            "selectedModel": .string(selected.model), "activeProvider": .string(active.provider),
            "activeModel": .string(active.model), "reasonSummary": .string(reason), "attemptSummaries": [],
            "attempts": [],
        ]
    }

    /// An assistant message as `chat` events carry it.
    package static func message(_ text: String, _ timestamp: Int64) -> JSONValue {
        [
            "role": "assistant", "content": [["type": "text", "text": .string(text)]],
            "timestamp": .int64(timestamp),
        ]
    }

    private static func trimmed(_ text: String) -> String {
        guard let first = text.firstIndex(where: { !$0.isWhitespace }),
            let last = text.lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(text[first...last])
    }
}
