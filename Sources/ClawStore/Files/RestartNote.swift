import ClawCore
package import ClawSupport

/// What was asked of a Gateway before it restarted, in `restart-sentinel.json`, so that the next one can tell whoever asked
/// (state-layout §9).
package struct RestartNote: Sendable, Hashable {
    /// `kind`, `status`, `ts`, and who asked for what.
    package var payload: JSONObject

    /// Bytes; a note of this program is far smaller.
    private static let limit = 1 << 16

    package init(payload: JSONObject) { self.payload = payload }

    /// Leaves the note for the next start, in place of an earlier one. Returns its path.
    package func leave(in directory: StateDirectory) throws -> String {
        let file: JSONValue = ["version": 1, "payload": .object(payload)]
        try AtomicFile.write(file.bytes, to: directory.restartNotePath)
        return directory.restartNotePath
    }

    /// The note that was left; nil when there is none. Throws when the file cannot be read as a note.
    package static func read(from directory: StateDirectory) throws -> RestartNote? {
        let path = directory.restartNotePath
        guard let bytes = try AtomicFile.read(path, limit: limit) else { return nil }
        let file = try JSONParser.parse(bytes)
        guard file["version"] == 1, let payload = file["payload"]?.objectValue else {
            throw ClawError(
                .invalidRequest, "\(path) is no note of a restart.",
                hint: "It stays as it is; look at it or move it away.")
        }
        return RestartNote(payload: payload)
    }

    /// Takes the note away, unless another one is there by now.
    package func remove(from directory: StateDirectory) throws {
        guard try Self.read(from: directory) == self else { return }
        try AtomicFile.remove(directory.restartNotePath)
    }

    /// The session whose client asked; nil when it named none.
    package var sessionKey: String? { payload["sessionKey"]?.stringValue }

    /// The chat that is told, where the note names one.
    package var route: SessionRoute? {
        guard var context = payload["deliveryContext"]?.objectValue else { return nil }
        if context["threadId"] == nil { context.set("threadId", payload["threadId"]) }
        return SessionRoute(context: .object(context))
    }

    /// What tells this note from others.
    package var id: String {
        let time = payload["ts"].map(\.text) ?? payload.map { "\($0)=\($1.text)" }.joined(separator: ",")
        return "\(payload["kind"]?.stringValue ?? "restart"):\(time)"
    }

    /// What it says to the session that asked.
    package var text: String {
        let kind = payload["kind"]?.stringValue ?? "restart"
        let status = payload["status"]?.stringValue ?? "ok"
        let message = payload["message"]?.stringValue ?? ""
        return "The Gateway has restarted (\(kind), \(status))." + (message.isEmpty ? "" : " \(message)")
    }
}
