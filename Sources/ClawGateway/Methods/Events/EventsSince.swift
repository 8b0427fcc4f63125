import ClawCore
package import ClawProtocol
package import ClawSupport

/// `events.since`: what this client missed while it had no connection (docs/events.md). Not a method of upstream.
package struct EventsSince: InPlaceMethod {
    package static let name = "events.since"
    package static let access = MethodAccess.read

    private static let maxSessions = 256

    private let hub: EventHub
    private let presence: PresenceRegistry
    private let health: HealthMonitor
    private let keys: @Sendable () -> SessionKeyResolver

    package init(
        hub: EventHub, presence: PresenceRegistry, health: HealthMonitor,
        keys: @escaping @Sendable () -> SessionKeyResolver
    ) {
        self.hub = hub
        self.presence = presence
        self.health = health
        self.keys = keys
    }

    package func answer(_ params: JSONValue, _ context: MethodContext) throws -> MethodAnswer? {
        let question = try read(params)
        return .encoded(
            hub.answer(question, for: context.connection) {
                (presence: .array(presence.list), health: health.snapshot)
            })
    }

    private func read(_ params: JSONValue) throws(ClawError) -> EventHub.Question {
        var reader = ParamReader(params)
        let instance = reader.string("instance", minLength: 1)
        let sequence = reader.int("seq", minimum: 0)
        let sessions = reader.strings("sessions", maxItems: Self.maxSessions)
        try reader.finish(Self.name)
        if (instance == nil) != (sequence == nil) {
            let (given, missing) = instance == nil ? ("seq", "instance") : ("instance", "seq")
            throw ClawError(
                .invalidRequest, "invalid \(Self.name) params: '\(given)' without '\(missing)'",
                hint: "Give both, as the last answer told them, or neither.")
        }
        let known = instance.flatMap { instance in
            sequence.map { EventHub.Question.Known(instance: instance, sequence: $0) }
        }
        return EventHub.Question(known: known, sessions: try sessions.map(resolved))
    }

    private func resolved(_ texts: [String]) throws(ClawError) -> Set<String> {
        let keys = keys()
        var resolved: Set<String> = []
        for text in texts {
            guard let key = keys.resolve(text) else {
                throw ClawError(.invalidRequest, "invalid \(Self.name) params: malformed session key \"\(text)\"")
            }
            resolved.insert(key.rawValue)
        }
        return resolved
    }
}
