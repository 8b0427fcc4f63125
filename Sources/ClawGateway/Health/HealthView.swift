import ClawProtocol
package import ClawSupport

/// What of the health summary a client sees (attacks S53): `health` needs no scope, and so is no place for where files lie and
/// who was talked with.
package enum HealthView: Sendable, Hashable, CaseIterable {
    /// All of it: for administrators.
    case full
    /// Without paths: for who may read, and for events.
    case withoutPaths
    /// Without paths and without the keys of sessions, which name people: for everybody else.
    case brief

    package init(for client: ClientConnection) {
        self = client.has(.admin) ? .full : client.has(.read) || client.has(.write) ? .withoutPaths : .brief
    }

    package func of(_ summary: JSONValue) -> JSONValue {
        guard self != .full, var object = summary.objectValue else { return summary }
        if let sessions = object["sessions"] { object["sessions"] = shown(sessions) }
        if let agents = object["agents"]?.arrayValue {
            object["agents"] = .array(
                agents.map { agent in
                    guard var agent = agent.objectValue, let sessions = agent["sessions"] else { return agent }
                    agent["sessions"] = shown(sessions)
                    return .object(agent)
                })
        }
        return .object(object)
    }

    private func shown(_ sessions: JSONValue) -> JSONValue {
        guard var object = sessions.objectValue else { return sessions }
        if object["path"] != nil { object["path"] = .string(Withheld.text) }
        if self == .brief, object["recent"] != nil { object["recent"] = [] }
        return .object(object)
    }
}
