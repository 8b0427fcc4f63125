package import ClawSupport

/// What the Gateway tells without being asked: `{type:"event", event, payload?, seq?, stateVersion?}`.
package struct EventFrame: Sendable, Hashable {
    package var name: EventName
    package var payload: JSONValue?
    /// Number of a broadcast, one counter for the whole server; targeted events have none.
    package var sequence: Int?
    package var stateVersion: StateVersion?

    package init(
        _ name: EventName, payload: JSONValue? = nil, sequence: Int? = nil, stateVersion: StateVersion? = nil
    ) {
        self.name = name
        self.payload = payload
        self.sequence = sequence
        self.stateVersion = stateVersion
    }

    package var json: JSONValue {
        var object: JSONObject = ["type": "event", "event": .string(name.rawValue)]
        object.set("payload", payload)
        object.set("seq", sequence)
        object.set("stateVersion", stateVersion?.json)
        return .object(object)
    }

    package var bytes: [UInt8] { json.bytes }

    /// Reads an event leniently, as a client does; nil when it is none.
    package init?(json: JSONValue) {
        guard json["type"]?.stringValue == "event", let name = json["event"]?.stringValue, !name.isEmpty else {
            return nil
        }
        self.name = EventName(name)
        payload = json["payload"]
        sequence = json["seq"]?.intValue
        stateVersion = json["stateVersion"].flatMap(StateVersion.init(json:))
    }
}

/// Counters that tell a client whether its picture of presence and health is the newest; both start at 1.
package struct StateVersion: Sendable, Hashable {
    package var presence: Int
    package var health: Int

    package init(presence: Int = 1, health: Int = 1) {
        self.presence = presence
        self.health = health
    }

    package init?(json: JSONValue) {
        guard let presence = json["presence"]?.intValue, let health = json["health"]?.intValue else { return nil }
        self.init(presence: presence, health: health)
    }

    package var json: JSONValue { ["presence": .int(presence), "health": .int(health)] }
}

/// What a client reads from the Gateway.
package enum ServerFrame: Sendable, Hashable {
    case response(ResponseFrame)
    case event(EventFrame)

    /// Nil for a frame that is neither, which a client ignores.
    package init?(json: JSONValue) {
        if let response = ResponseFrame(json: json) {
            self = .response(response)
        } else if let event = EventFrame(json: json) {
            self = .event(event)
        } else {
            return nil
        }
    }
}
