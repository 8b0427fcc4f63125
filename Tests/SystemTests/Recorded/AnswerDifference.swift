import ClawSupport

/// Where an answer is not what was recorded: a field that is missing, one too many, or another type or value.
struct AnswerDifference: Hashable, CustomStringConvertible {
    /// The method, then the field with list places as `[]`: `sessions.list sessions[].label`.
    let place: String
    let text: String

    var description: String { "\(place): \(text)" }

    /// Compares field by field. In `recorded` the texts `<text>`, `<time>`, `<int>` and `<uuid>` stand for any value of that
    /// kind: what differs from one installation or moment to the next.
    static func all(method: String, recorded: JSONValue, actual: JSONValue) -> [AnswerDifference] {
        var found: [AnswerDifference] = []
        compare(recorded, actual, at: "") { path, text in
            found.append(AnswerDifference(place: "\(method) \(path)", text: text))
        }
        return found
    }

    private static func compare(
        _ recorded: JSONValue, _ actual: JSONValue, at path: String, _ report: (String, String) -> Void
    ) {
        switch (recorded, actual) {
        case (.object(let old), .object(let new)):
            for (key, value) in old {
                let place = path.isEmpty ? key : "\(path).\(key)"
                if let now = new[key] { compare(value, now, at: place, report) } else { report(place, "missing") }
            }
            for key in new.keys where !old.contains(key) {
                report(path.isEmpty ? key : "\(path).\(key)", "not recorded")
            }
        case (.array(let old), .array(let new)):
            if old.count != new.count { report(path, "\(new.count) elements, recorded \(old.count)") }
            for (value, now) in zip(old, new) { compare(value, now, at: "\(path)[]", report) }
        default:
            if !matches(recorded, actual) { report(path, "\(actual.text), recorded \(recorded.text)") }
        }
    }

    private static func matches(_ recorded: JSONValue, _ actual: JSONValue) -> Bool {
        switch recorded {
        case "<text>": actual.stringValue.map { !$0.isEmpty } ?? false
        case "<time>": actual.intValue.map { $0 > 1_700_000_000_000 } ?? false
        case "<int>": actual.intValue != nil
        case "<uuid>": actual.stringValue?.utf8.count == 36
        default: recorded == actual
        }
    }
}
