package import ClawConfig
import ClawCore
import ClawProtocol
package import ClawStore
package import ClawSupport

/// What the methods that change the configuration share: the base hash, the editor on its own thread, the words of failures,
/// and what becomes of the running Gateway afterwards.
package struct ConfigControl: Sendable {
    /// Asks for a restart and tells what comes of it; nil when a change needs none.
    package typealias RestartPort = @Sendable (RestartRequest) -> JSONValue?

    /// Reads the file anew and puts it into effect as far as that goes without a restart. Returns why it is not in effect;
    /// nil when it is, or a restart follows by itself.
    package typealias ReloadPort = @Sendable () async -> String?

    private let editor: ConfigEditor
    private let snapshot: @Sendable () -> ConfigSnapshot
    private let reload: ReloadPort
    private let restart: RestartPort
    private let notes: Notes?

    /// Where a note for after the restart is left.
    package struct Notes: Sendable {
        let directory: StateDirectory
        let sessions: ClientSessions
        let time: any TimeSource

        package init(directory: StateDirectory, sessions: ClientSessions, time: any TimeSource) {
            self.directory = directory
            self.sessions = sessions
            self.time = time
        }

        /// The note of a request: what it says, when it was asked, and in which chat its session is spoken to.
        func note(_ asked: RestartRequest) async -> RestartNote {
            var payload = asked.payload
            payload["ts"] = .int64(time.nowMilliseconds)
            guard let session = asked.sessionKey.flatMap(sessions.keys.resolve) else {
                return RestartNote(payload: payload)
            }
            // A journal that fails says so itself; the next start looks for the chat again.
            let record = try? await sessions.store.record(session)
            guard let route = record.flatMap({ SessionRoute(entry: $0.entry) }) else {
                return RestartNote(payload: payload)
            }
            var context = route.context
            context["threadId"] = nil
            payload["deliveryContext"] = .object(context)
            payload.set("threadId", route.thread)
            return RestartNote(payload: payload)
        }
    }

    /// - Parameters:
    ///   - snapshot: the file as it is now, valid or not.
    ///   - notes: nil where no restart follows.
    package init(
        editor: ConfigEditor, snapshot: @escaping @Sendable () -> ConfigSnapshot,
        reload: @escaping ReloadPort = { nil }, restart: @escaping RestartPort = { _ in nil },
        notes: Notes? = nil
    ) {
        self.notes = notes
        self.editor = editor
        self.snapshot = snapshot
        self.reload = reload
        self.restart = restart
    }

    /// How `raw` changes the configuration.
    enum Way: Sendable {
        case replace
        case merge
    }

    /// Params that all three methods have.
    struct Request: Sendable {
        var raw: String
        var baseHash: String?
        var sessionKey: String?
        var note: String?
        /// Milliseconds.
        var restartDelay: Int?

        /// - Parameter restarts: whether the method has the params of a restart, too.
        init(_ params: JSONValue, method: String, restarts: Bool) throws(ClawError) {
            var reader = ParamReader(params)
            raw = reader.requiredString("raw")
            baseHash = reader.string("baseHash", minLength: 1)
            if restarts {
                sessionKey = reader.string("sessionKey")
                note = reader.string("note")
                restartDelay = reader.int("restartDelayMs", minimum: 0)
            }
            try reader.finish(method)
        }
    }

    /// Makes the change and returns the answer without what follows from a restart. When this returns, the file is written.
    func change(_ request: Request, _ way: Way) async throws -> JSONObject {
        let snapshot = snapshot
        let before = try await FileWork.shared.run { snapshot() }
        try Self.checkHash(request.baseHash, before)
        if way == .merge {
            guard before.isValid else { throw Self.invalid("invalid config; fix before patching", before.issues) }
            try Self.checkPatch(request.raw)
        }
        let (outcome, rejection) = try await carryOut { editor in
            switch way {
            case .replace: try editor.replace(with: request.raw, baseHash: request.baseHash)
            case .merge: try editor.merge(request.raw, baseHash: request.baseHash)
            }
        }
        let shown = outcome.snapshot.redactedJSON
        var answer: JSONObject = [
            "ok": true, "path": .string(outcome.snapshot.path), "config": shown["config"] ?? [:],
        ]
        answer.set("rejectedConfiguration", rejection.map { ["reason": .string($0)] })
        return answer
    }

    /// Makes the changes that `plan` wants of the configuration as it is now, and puts them into effect. `plan` runs on the
    /// thread for files, and no other edit of this process comes between it and the writing.
    func edit(
        _ plan: @escaping @Sendable (ConfigSnapshot) throws -> [ConfigEditor.Change]
    ) async throws -> ConfigEditor.Outcome {
        let snapshot = snapshot
        return try await carryOut { editor in
            let before = snapshot()
            guard before.isValid else { throw Self.invalid("invalid config; fix before patching", before.issues) }
            return try editor.apply(try plan(before), baseHash: before.exists ? before.hash : nil)
        }.outcome
    }

    /// Looks at the configuration as it is now, on the thread for files, and refuses an invalid one as `edit` does.
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (ConfigSnapshot) throws -> Value
    ) async throws -> Value {
        let snapshot = snapshot
        return try await FileWork.shared.run {
            let now = snapshot()
            guard now.isValid else { throw Self.invalid("invalid config; fix before patching", now.issues) }
            return try work(now)
        }
    }

    private func carryOut(
        _ work: @escaping @Sendable (ConfigEditor) throws -> ConfigEditor.Outcome
    ) async throws -> (outcome: ConfigEditor.Outcome, rejection: String?) {
        let editor = editor
        let outcome: ConfigEditor.Outcome
        do {
            outcome = try await FileWork.shared.run { try work(editor) }
        } catch let error as ClawError {
            throw Self.inWords(error)
        }
        return (outcome, await reload())
    }

    /// The change, and the restart that clients of this method expect to be told of.
    func changeAndRestart(_ request: Request, _ way: Way, kind: RestartRequest.Kind) async throws -> JSONValue {
        var answer = try await change(request, way)
        let asked = RestartRequest(
            kind: kind, sessionKey: request.sessionKey, note: request.note, delayMilliseconds: request.restartDelay)
        // The note is there before the restart can begin, and goes again when none is needed.
        let note = await notes?.note(asked) ?? RestartNote(payload: asked.payload)
        let path = try await leave(note)
        let restart = restart(asked)
        if restart == nil, let path { try await FileWork.shared.run { try AtomicFile.remove(path) } }
        answer["restart"] = restart ?? .null
        answer["sentinel"] = [
            "path": restart == nil ? .null : path.map { .string($0) } ?? .null,
            "payload": .object(note.payload),
        ]
        return .object(answer)
    }

    private func leave(_ note: RestartNote) async throws -> String? {
        guard let notes else { return nil }
        return try await FileWork.shared.run { try note.leave(in: notes.directory) }
    }

    /// The rule of the base hash: what a client changes must be what it has seen (config §9). The wire's own texts.
    private static func checkHash(_ hash: String?, _ snapshot: ConfigSnapshot) throws(WireError) {
        guard snapshot.exists else { return }
        guard let hash else {
            throw WireError(.invalidRequest, "config base hash required; re-run config.get and retry")
        }
        if hash != snapshot.hash { throw changed }
    }

    private static let changed = WireError(
        .invalidRequest, "config changed since last load; re-run config.get and retry")

    private static func checkPatch(_ raw: String) throws(WireError) {
        // What does not parse is refused by the editor, with the place.
        guard let document = try? JSON5Document.parse(raw) else { return }
        if document.value.objectValue == nil {
            throw WireError(.invalidRequest, "config.patch raw must be an object")
        }
    }

    private static func invalid(_ message: String, _ issues: [ConfigIssue]) -> WireError {
        WireError(.invalidRequest, message, details: ["issues": .array(issues.map(\.json))])
    }

    private static func inWords(_ error: ClawError) -> any Error {
        switch error.code {
        case .conflict: return changed
        case .configInvalid:
            guard let issues = error.details["issues"] else { return error }
            // A text that does not parse is told with its place; anything else is a list of issues.
            let isSyntax = issues.arrayValue?.first?["line"] != nil
            return WireError(
                .invalidRequest, isSyntax ? error.message : "invalid config", details: ["issues": issues])
        default: return error
        }
    }
}

/// What a change of the configuration asks of the running Gateway.
package struct RestartRequest: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case configApply = "config-apply"
        case configPatch = "config-patch"
        case restart
    }

    package var kind: Kind
    package var sessionKey: String?
    package var note: String?
    /// Nil for the usual delay.
    package var delayMilliseconds: Int?

    package init(kind: Kind, sessionKey: String? = nil, note: String? = nil, delayMilliseconds: Int? = nil) {
        self.kind = kind
        self.sessionKey = sessionKey
        self.note = note
        self.delayMilliseconds = delayMilliseconds
    }

    /// The note that is left for after the restart (state-layout §9).
    package var payload: JSONObject {
        var payload: JSONObject = ["kind": .string(kind.rawValue), "status": "ok"]
        payload.set("sessionKey", sessionKey)
        payload["message"] = note.map { .string($0) } ?? .null
        payload["doctorHint"] = "Run: openclaw config validate"
        return payload
    }
}
