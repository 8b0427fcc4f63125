import ClawCore
package import ClawProtocol
package import ClawStore
package import ClawSupport
import Logging

/// `events.since`: what this client missed while it had no connection (docs/events.md). Not a method of upstream.
package struct EventsSince: InPlaceMethod {
    package static let name = "events.since"
    package static let access = MethodAccess.read

    private static let maxSessions = 256

    private let hub: EventHub
    private let presence: PresenceRegistry
    private let health: HealthMonitor
    private let devices: DeviceStore
    private let keys: @Sendable () -> SessionKeyResolver

    private let logger = Logger(label: "openclaw.events")

    package init(
        hub: EventHub, presence: PresenceRegistry, health: HealthMonitor, devices: DeviceStore,
        keys: @escaping @Sendable () -> SessionKeyResolver
    ) {
        self.hub = hub
        self.presence = presence
        self.health = health
        self.devices = devices
        self.keys = keys
    }

    /// A snapshot for who may know which devices wait takes waiting.
    package func answer(_ params: JSONValue, _ context: MethodContext) throws -> MethodAnswer? {
        switch hub.answer(try read(params), for: context.connection) {
        case .continuation(let bytes): return .encoded(bytes)
        case .snapshot(let snapshot):
            return context.connection.mayKnow(.devicePairRequested) ? nil : .value(told(snapshot, context.connection))
        }
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        switch hub.answer(try read(params), for: context.connection) {
        case .continuation(let bytes): return try JSONParser.parse(bytes)
        case .snapshot(let snapshot):
            let client = context.connection
            return told(snapshot, client, client.mayKnow(.devicePairRequested) ? await pairingRequests() : nil)
        }
    }

    private func told(
        _ snapshot: EventHub.Snapshot, _ client: ClientConnection, _ pairingRequests: [JSONValue]? = nil
    ) -> JSONValue {
        snapshot.json(
            presence: .array(presence.list), health: health.snapshot(for: client), pairingRequests: pairingRequests)
    }

    /// The devices that wait, as they were announced. Nil when the records cannot be read, which must not take the rest of the
    /// answer with it: a client without the list asks for it and is told why there is none.
    private func pairingRequests() async -> [JSONValue]? {
        do {
            return try await devices.pending().filter { !$0.isSilent }.reversed().map { .object($0.fields) }
        } catch {
            logger.error("device records failed", metadata: ["error": "\(error)"])
            return nil
        }
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
