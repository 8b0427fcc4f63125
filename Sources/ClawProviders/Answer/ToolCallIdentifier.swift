import ClawSupport

/// Tool call ids travel between vendors in one history, and each vendor has its own idea of a valid one.
enum ToolCallIdentifier {
    /// `id` itself where it has only `A-Z a-z 0-9 _ -` and at most `limit` characters, else a name made from its hash:
    /// the same for the call and for its result.
    static func fitted(_ id: String, limit: Int = 64) -> String {
        let isPlain = id.utf8.allSatisfy { byte in
            isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        if isPlain, !id.isEmpty, id.utf8.count <= limit { return id }
        return "call_\(sha256Hex(Array(id.utf8)).prefix(24))"
    }

    /// Nine letters or digits, as Mistral wants it.
    static func mistral(_ id: String) -> String {
        if id.utf8.count == 9, id.utf8.allSatisfy(isAlphanumeric) { return id }
        return String(sha256Hex(Array(id.utf8)).prefix(9))
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
