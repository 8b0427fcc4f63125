import ClawCore
import ClawSupport

/// Decides which sessions a clean-up removes. Pure.
package struct SessionSweep: Sendable, Hashable {
    /// Why a session goes.
    package enum Reason: String, Sendable, Hashable {
        /// It was not used for longer than `pruneAfter`.
        case pruned
        /// There are more than `maxEntries`, and it is among the oldest.
        case capped
        /// Its transcript is not there.
        case missing
    }

    package struct Session: Sendable, Hashable {
        package var key: String
        /// Milliseconds since 1970; nil when it is not known.
        package var updatedAt: Int64?
        /// Nil when nobody looked.
        package var hasTranscript: Bool?

        package init(key: String, updatedAt: Int64?, hasTranscript: Bool? = nil) {
            self.key = key
            self.updatedAt = updatedAt
            self.hasTranscript = hasTranscript
        }
    }

    /// A session that goes.
    package struct Removal: Sendable, Hashable {
        package var key: String
        package var reason: Reason
        /// Of the session that was judged, as there.
        package var updatedAt: Int64?
    }

    /// Milliseconds.
    var pruneAfter: Int64
    var maxEntries: Int
    /// The session that must stay, besides main ones; its canonical key.
    package var activeKey: String?
    /// Whether a session stays of which nobody knows when it was used: nobody looks at what goes by itself.
    var keepsTimeless: Bool

    package init(pruneAfter: Int64, maxEntries: Int, activeKey: String? = nil, keepsTimeless: Bool = false) {
        self.pruneAfter = pruneAfter
        self.maxEntries = maxEntries
        self.activeKey = activeKey
        self.keepsTimeless = keepsTimeless
    }

    /// The sessions that go, in the order of the keys. Those of one agent are judged together. One whose age nobody knows does
    /// not go for its age.
    package func removals(of sessions: [Session], now: Int64) -> [Removal] {
        var reasons: [String: Reason] = [:]
        for session in sessions where !isKept(session) {
            if session.hasTranscript == false {
                reasons[session.key] = .missing
            } else if let updatedAt = session.updatedAt, updatedAt < now - pruneAfter {
                reasons[session.key] = .pruned
            }
        }
        let rest = sessions.filter { reasons[$0.key] == nil }
        let oldestFirst = rest.filter { !isKept($0) }.compactMap { session in
            session.updatedAt.map { (age: $0, key: session.key) }
        }.sorted { $0 < $1 }
        for session in oldestFirst.prefix(max(0, rest.count - maxEntries)) { reasons[session.key] = .capped }
        return sessions.compactMap { session in
            reasons[session.key].map { Removal(key: session.key, reason: $0, updatedAt: session.updatedAt) }
        }.sorted { $0.key < $1.key }
    }

    /// Whether a session stays whatever the limits are.
    package func isKept(_ session: Session) -> Bool {
        if keepsTimeless, session.updatedAt == nil { return true }
        let key = SessionKey(canonical: session.key)
        return key == .global || key.rest == "main" || session.key == activeKey
    }
}
