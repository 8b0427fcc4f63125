package import ClawSupport

/// Where a secret lies that the configuration only refers to: `{ "source", "provider", "id" }` (config §7).
package struct SecretReference: Sendable, Hashable, CustomStringConvertible {
    package enum Source: String, Sendable, Hashable, CaseIterable {
        case env
        case file
        case exec
    }

    package let source: Source
    /// The name of the provider in `secrets.providers`; nil for the default one of the source.
    package let provider: String?
    package let id: String

    /// Reads a reference object; nil when the value is none, or one whose parts are not exactly as they must be.
    package init?(_ value: JSONValue?) {
        guard let object = value?.objectValue, object.keys.allSatisfy(Self.keys.contains),
            let source = object["source"]?.stringValue.flatMap(Source.init), let id = object["id"]?.stringValue,
            Self.isID(id, of: source)
        else { return nil }
        if let provider = object["provider"] {
            guard let name = provider.stringValue, Self.isProvider(name) else { return nil }
            self.provider = name
        } else {
            provider = nil
        }
        self.source = source
        self.id = id
    }

    /// Tells where the secret lies, and nothing of the secret.
    package var description: String { "\(source.rawValue):\(provider ?? "default"):\(id)" }

    private static let keys = ["source", "provider", "id"]

    /// Whether an object is meant as a reference, well-formed or not.
    static func isMeant(_ object: JSONObject) -> Bool {
        object["source"]?.stringValue != nil && object["id"]?.stringValue != nil
            && object.keys.allSatisfy(keys.contains)
    }

    /// `^[a-z][a-z0-9_-]{0,63}$`
    static func isProvider(_ name: String) -> Bool {
        let bytes = name.utf8
        return bytes.count <= 64 && bytes.first.map(isLower) == true
            && bytes.allSatisfy { isLower($0) || isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") }
    }

    /// `^[A-Z][A-Z0-9_]{0,127}$` for a variable; a JSON pointer or `value` for a file;
    /// `^[A-Za-z0-9][A-Za-z0-9._:/-]{0,255}$` for a program.
    static func isID(_ id: String, of source: Source) -> Bool {
        let bytes = id.utf8
        switch source {
        case .env:
            return bytes.count <= 128 && bytes.first.map(isUpper) == true
                && bytes.allSatisfy { isUpper($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
        case .file: return id == "value" || JSONPointer(id) != nil
        case .exec:
            func isLetter(_ byte: UInt8) -> Bool { isUpper(byte) || isLower(byte) || isDigit(byte) }
            return bytes.count <= 256 && bytes.first.map(isLetter) == true
                && bytes.allSatisfy { isLetter($0) || "._:/-".utf8.contains($0) }
        }
    }

    private static func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
    private static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
