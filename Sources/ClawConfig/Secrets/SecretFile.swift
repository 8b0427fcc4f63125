package import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The file of a provider, as it was read once.
package struct SecretFile: Sendable {
    private let content: JSONValue
    private let isSingleValue: Bool

    /// Reads it. Blocks. Throws when it is missing or too large, is not what it should be, or others can read it or could have
    /// put it there.
    package init(_ provider: SecretProviders.File) throws(SecretFault) {
        guard provider.path.hasPrefix("/") else { throw SecretFault("\(provider.path) is no absolute path.") }
        guard let real = FilePath.real(provider.path) else { throw SecretFault("\(provider.path) does not exist.") }
        try SecurePath.check(real)
        var bytes: [UInt8]
        do throws(GuardedFile.Refusal) {
            bytes = try GuardedFile.read(real, limit: provider.maxBytes, onlyOwn: true)
        } catch {
            throw SecretFault(Self.text(error, provider.path))
        }
        isSingleValue = provider.isSingleValue
        if provider.isSingleValue {
            while bytes.last == 0x0A || bytes.last == 0x0D { bytes.removeLast() }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                throw SecretFault("\(provider.path) is no UTF-8 text.")
            }
            content = .string(text)
        } else {
            // What the parser says could show a piece of the file.
            guard let parsed = try? JSONParser.parse(bytes), parsed.objectValue != nil else {
                throw SecretFault("\(provider.path) holds no JSON object.")
            }
            content = parsed
        }
    }

    package func secret(_ id: String) throws(SecretFault) -> Redacted {
        let value: JSONValue?
        if isSingleValue {
            guard id == "value" else { throw SecretFault("A file of a single value has the id \"value\" only.") }
            value = content
        } else {
            guard let pointer = JSONPointer(id) else {
                throw SecretFault("A file of JSON needs a JSON pointer such as /name as id.")
            }
            value = pointer.value(in: content)
        }
        guard let value else { throw SecretFault("Nothing stands in the file at this id.") }
        guard let text = value.stringValue, !text.isEmpty else {
            throw SecretFault("What stands in the file at this id is no text, or empty.")
        }
        return Redacted(text)
    }

    private static func text(_ refusal: GuardedFile.Refusal, _ path: String) -> String {
        switch refusal {
        case .missing: "\(path) does not exist."
        case .notRegular: "\(path) is no regular file."
        case .hardLinked: "\(path) has several names (hard links)."
        case .tooLarge: "\(path) is larger than maxBytes."
        case .notOwn: "Others can read \(path), or it belongs to another user: chmod 600 it."
        case .unreadable(let error): error.description
        }
    }
}
