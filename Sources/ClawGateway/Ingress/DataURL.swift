/// A `data:` URL in its parts.
struct DataURL: Sendable, Hashable {
    /// Without parameters; nil when it is not told.
    var mediaType: String?
    var isBase64: Bool
    /// What stands after the comma, as it came.
    var content: Substring

    /// Nil when `text` is no such URL.
    init?(_ text: String) {
        guard text.hasPrefix("data:"), let comma = text.firstIndex(of: ",") else { return nil }
        let header = text[text.index(text.startIndex, offsetBy: 5)..<comma]
            .split(separator: ";", omittingEmptySubsequences: false)
        mediaType = header.first.flatMap { $0.isEmpty ? nil : String($0) }
        isBase64 = header.dropFirst().last?.lowercased() == "base64"
        content = text[text.index(after: comma)...]
    }
}
