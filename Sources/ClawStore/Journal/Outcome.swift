package import ClawCore
package import ClawSupport

/// How a work item ended. Every item ends in exactly one of these.
package enum Outcome: Sendable, Hashable {
    /// Everything that was to be said was taken by the platform.
    case delivered
    /// It became part of another item's run.
    case merged(into: WorkID)
    /// Something newer made it pointless.
    case superseded
    /// Policy said no. `reason` is a stable name.
    case refused(reason: String)
    /// The agent chose to say nothing.
    case silent(reason: String)
    /// It did not work. `told`: whether the person was told so.
    case failed(reason: String, told: Bool)
    /// It did not work as often as it is allowed to.
    case dead(reason: String)

    /// The name that the journal and the wire use.
    package var name: String {
        switch self {
        case .delivered: "delivered"
        case .merged: "merged"
        case .superseded: "superseded"
        case .refused: "refused"
        case .silent: "silent"
        case .failed: "failed"
        case .dead: "dead"
        }
    }

    /// The reason, or the item that took this one over; nil where there is none.
    package var detail: String? {
        switch self {
        case .delivered, .superseded: nil
        case .merged(let work): work.rawValue
        case .refused(let reason), .silent(let reason), .failed(let reason, _), .dead(let reason): reason
        }
    }

    /// `{"outcome": name, "into"?, "reason"?, "told"?}`.
    package var json: JSONValue {
        var object: JSONObject = ["outcome": .string(name)]
        if case .merged(let work) = self { object.set("into", work.rawValue) } else { object.set("reason", detail) }
        if case .failed(_, let told) = self { object.set("told", told) }
        return .object(object)
    }

    package init?(json: JSONValue) {
        guard let name = json["outcome"]?.stringValue else { return nil }
        let detail = json["into"]?.stringValue ?? json["reason"]?.stringValue
        self.init(name: name, detail: detail, told: json["told"]?.boolValue ?? false)
    }

    init?(name: String, detail: String?, told: Bool) {
        switch (name, detail) {
        case ("delivered", _): self = .delivered
        case ("superseded", _): self = .superseded
        case ("merged", let detail?): self = .merged(into: WorkID(detail))
        case ("refused", let detail?): self = .refused(reason: detail)
        case ("silent", let detail?): self = .silent(reason: detail)
        case ("failed", let detail?): self = .failed(reason: detail, told: told)
        case ("dead", let detail?): self = .dead(reason: detail)
        default: return nil
        }
    }
}
