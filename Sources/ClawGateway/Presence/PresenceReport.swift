package import ClawSupport

/// What a client says about itself or another machine with `system-event`. Everything but the text is optional, and a field of
/// another type counts as absent.
package struct PresenceReport: Sendable, Hashable {
    /// Fields of the presence entry by their wire names, those that the text gives included.
    package private(set) var fields: JSONObject = [:]
    package private(set) var roles: [String] = []
    package private(set) var scopes: [String] = []
    package let text: String
    package private(set) var deviceID: String?
    package private(set) var reason: String?

    /// Characters of a field that is no text for people.
    private static let fieldLimit = 200
    private static let listLimit = 20

    package init(text: String, _ params: JSONValue) {
        self.text = text
        func line(_ key: String) -> String? {
            guard let text = params[key]?.stringValue?.trimmingWhitespace, !text.isEmpty else { return nil }
            return String(text.prefix(Self.fieldLimit))
        }
        func list(_ key: String) -> [String] {
            (params[key]?.arrayValue ?? []).compactMap(\.stringValue).prefix(Self.listLimit).map {
                String($0.prefix(Self.fieldLimit))
            }
        }
        let said = Self.parts(of: text)
        for key in ["host", "ip", "version", "mode"] { fields.set(key, line(key) ?? said[key]) }
        for key in ["platform", "deviceFamily", "modelIdentifier", "instanceId"] { fields.set(key, line(key)) }
        if let seconds = params["lastInputSeconds"]?.doubleValue ?? said["lastInput"].flatMap(Double.init),
            seconds >= 0, seconds < 1e9
        {
            fields["lastInputSeconds"] = .int(Int(seconds))
        }
        let tags = list("tags")
        if !tags.isEmpty { fields["tags"] = .strings(tags) }
        roles = list("roles")
        scopes = list("scopes")
        deviceID = line("deviceId")
        reason = line("reason") ?? said["reason"]
    }

    /// Whether the text is a line about a machine, which matters to an agent only when something changed.
    package var isPresenceLine: Bool { text.hasPrefix("Node:") }

    /// What the entry is kept by.
    package var key: String {
        let names = [
            deviceID, fields["instanceId"]?.stringValue, fields["host"]?.stringValue, fields["ip"]?.stringValue,
        ]
        return (names.compactMap(\.self).first ?? String(text.prefix(Self.fieldLimit))).lowercased()
    }

    /// The parts of `Node: host (ip) · app 1.2 · last input 5s ago · mode local · reason connect`.
    private static func parts(of text: String) -> [String: String] {
        guard text.hasPrefix("Node:") else { return [:] }
        var parts: [String: String] = [:]
        for (position, part) in text.dropFirst(5).split(separator: "·").enumerated() {
            let part = String(part).trimmingWhitespace
            if position == 0 {
                let pieces = part.split(separator: "(", maxSplits: 1)
                parts["host"] = pieces.first.map { String($0).trimmingWhitespace }
                if pieces.count == 2, pieces[1].hasSuffix(")") { parts["ip"] = String(pieces[1].dropLast()) }
                continue
            }
            for (word, key) in [("app ", "version"), ("mode ", "mode"), ("reason ", "reason")]
            where part.hasPrefix(word) {
                parts[key] = String(part.dropFirst(word.count))
            }
            if part.hasPrefix("last input "), part.hasSuffix("s ago") {
                parts["lastInput"] = String(part.dropFirst(11).dropLast(5))
            }
        }
        return parts.filter { !$0.value.isEmpty }.mapValues { String($0.prefix(fieldLimit)) }
    }
}
