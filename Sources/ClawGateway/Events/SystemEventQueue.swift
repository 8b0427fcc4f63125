package import ClawCore
package import ClawSupport
import Synchronization

/// What happened around a session and waits for its next turn, which reads it as told by the Gateway. In memory: the events of
/// a process that is gone are of no use (automation §2).
package final class SystemEventQueue: Sendable {
    package struct Event: Sendable, Hashable {
        package var text: String
        /// Milliseconds since 1970.
        package var at: Int64
    }

    /// Of more events in one session the oldest go.
    package static let limit = 20
    /// Of more sessions those with the oldest events go.
    package static let sessionLimit = 500
    /// Characters of one event.
    package static let textLimit = 4000

    private let events = Mutex<[SessionKey: [Event]]>([:])
    private let time: any TimeSource

    package init(time: any TimeSource) { self.time = time }

    /// Puts one line into the queue of a session, unless it repeats the one before. It stands in a list of lines, so it is made
    /// one line.
    package func add(_ text: String, to session: SessionKey) {
        let line = String(Self.oneLine(text).prefix(Self.textLimit))
        if line.isEmpty { return }
        let event = Event(text: line, at: time.nowMilliseconds)
        events.withLock { events in
            var own = events[session] ?? []
            if own.last?.text == line { return }
            own.append(event)
            events[session] = own.suffix(Self.limit)
            guard events.count > Self.sessionLimit else { return }
            let oldest = events.min { ($0.value.last?.at ?? 0) < ($1.value.last?.at ?? 0) }
            if let oldest { events[oldest.key] = nil }
        }
    }

    /// What waits, without taking it.
    package func waiting(for session: SessionKey) -> [Event] { events.withLock { $0[session] ?? [] } }

    /// What waits; afterwards nothing does.
    package func take(_ session: SessionKey) -> [Event] { events.withLock { $0.removeValue(forKey: session) ?? [] } }

    private static func oneLine(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: line.append(" ")
            default: line.append(scalar)
            }
        }
        return String(line).trimmingWhitespace
    }
}
