import ClawCore
import ClawProtocol
import ClawSupport

/// Reads what callers say about an agent. Each text is one line of bounded length: it goes into the configuration and into a
/// file that the model reads.
struct AgentFieldsReader {
    static let nameLimit = 200
    static let pathLimit = 4096
    static let modelLimit = 200
    static let emojiLimit = 64
    /// An avatar may be an image in a data URL.
    static let avatarLimit = 200_000

    static func requiredLine(_ key: String, _ limit: Int, _ reader: inout ParamReader) -> String {
        checked(key, reader.requiredString(key, maxLength: limit), &reader) ?? ""
    }

    static func line(
        _ key: String, _ limit: Int, minLength: Int = 0, _ reader: inout ParamReader
    ) -> String? {
        checked(key, reader.string(key, minLength: minLength, maxLength: limit), &reader)
    }

    private static func checked(_ key: String, _ text: String?, _ reader: inout ParamReader) -> String? {
        guard let text else { return nil }
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            reader.fail(key, "must be one line without control characters")
            return nil
        }
        return text.trimmingWhitespace
    }
}
