package import ClawSupport

/// Configurations without their secrets, for whoever may see the configuration but not those.
package enum ConfigRedaction {
    /// What stands in place of a secret.
    package static let sentinel = "__OPENCLAW_REDACTED__"

    /// The value with the sentinel for every secret: values of keys that sound like one, headers, environment variables, and
    /// passwords in addresses. References to environment variables stay, since they tell only a name. `known` are
    /// further secrets, such as values that stand where references were; they are hidden wherever they occur.
    package static func redact(_ value: JSONValue, known: Set<String> = []) -> JSONValue {
        var secrets = known
        collect(value, isNamed: false, into: &secrets)
        return redact(value, isSecret: false, long(secrets))
    }

    /// Any text, such as a line of a log, with the sentinel for every one of `secrets` that is long enough to be recognised.
    package static func redact(text: String, secrets: Set<String>) -> String {
        long(secrets).reduce(text) { replace($1, in: $0) }
    }

    /// The text of a configuration file with the sentinel for every secret, every other byte as it is. A text that cannot be
    /// read gives nil, since nobody knows what in it is secret.
    package static func redact(raw: String, known: Set<String> = []) -> String? {
        guard let document = try? JSON5Document.parse(raw) else { return nil }  // unreadable: the caller shows nothing
        var secrets = known
        collect(document.value, isNamed: false, into: &secrets)
        let others = long(secrets)
        var places: [Range<Int>] = []
        find(document.root, isSecret: false, others, into: &places)
        let quoted = Array("\"\(sentinel)\"".utf8)
        var output: [UInt8] = []
        var end = 0
        for place in places {
            output.append(contentsOf: document.bytes[end..<place.lowerBound])
            output.append(contentsOf: quoted)
            end = place.upperBound
        }
        output.append(contentsOf: document.bytes[end...])
        return others.reduce(String(decoding: output, as: UTF8.self)) { replace($1, in: $0) }
    }

    /// What stands below keys that sound like a secret.
    static func secrets(in value: JSONValue) -> Set<String> {
        var secrets: Set<String> = []
        collect(value, isNamed: false, into: &secrets)
        return secrets
    }

    /// The secrets of a value that are long enough to be recognised elsewhere, such as in a comment.
    private static func long(_ secrets: Set<String>) -> [String] {
        secrets.filter { $0.utf8.count >= 8 && $0 != sentinel }.sorted { $0.utf8.count > $1.utf8.count }
    }

    private static func redact(_ value: JSONValue, isSecret: Bool, _ secrets: [String]) -> JSONValue {
        if hides(value, isSecret) { return .string(sentinel) }
        switch value {
        case .string(let text): return .string(contains(text, secrets) ? sentinel : text)
        case .array(let elements): return .array(elements.map { redact($0, isSecret: isSecret, secrets) })
        case .object(let object):
            if isReference(object) { return value }
            return .object(
                JSONObject(object.lazy.map { ($0, redact($1, isSecret: isSecret || isSecretKey($0, $1), secrets)) }))
        default: return value
        }
    }

    private static func find(
        _ node: JSON5Node, isSecret: Bool, _ secrets: [String], into places: inout [Range<Int>]
    ) {
        let value = node.value
        if hides(value, isSecret) || value.stringValue.map({ contains($0, secrets) }) == true {
            places.append(node.range)
        } else if value.objectValue.map(isReference) != true {
            for item in node.items {
                let hidden = isSecret || item.key.map { isSecretKey($0, item.node.value) } == true
                find(item.node, isSecret: hidden, secrets, into: &places)
            }
        }
    }

    /// Gathers what stands below keys that sound like a secret. Headers and variables do not count here: their values may be
    /// plain words, which would then vanish elsewhere.
    private static func collect(_ value: JSONValue, isNamed: Bool, into secrets: inout Set<String>) {
        switch value {
        case .string(let text): if hides(value, isNamed) { secrets.insert(text) }
        case .array(let elements): for element in elements { collect(element, isNamed: isNamed, into: &secrets) }
        case .object(let object):
            if isReference(object) { return }
            for (key, member) in object {
                collect(member, isNamed: isNamed || SensitiveKeys.matches(key), into: &secrets)
            }
        default: break
        }
    }

    /// Whether this very value goes: text and numbers below a secret key, and addresses that hold a password.
    private static func hides(_ value: JSONValue, _ isSecret: Bool) -> Bool {
        switch value {
        case .string(let text):
            if text.isEmpty || EnvironmentReferences.wholeName(text) != nil { return false }
            return isSecret || holdsPassword(text)
        case .number: return isSecret
        default: return false
        }
    }

    /// A count of tokens is no secret, a list of them is.
    private static func isSecretKey(_ key: String, _ value: JSONValue) -> Bool {
        if SensitiveKeys.isWhole(key) { return value.objectValue != nil }
        guard SensitiveKeys.matches(key) else { return false }
        if case .number = value, key.lowercased().hasSuffix("tokens") { return false }
        return true
    }

    /// Whether the text is an address like `https://user:password@host`.
    private static func holdsPassword(_ text: String) -> Bool {
        guard let scheme = text.firstRange(of: "://") else { return false }
        let authority = text[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let at = authority.lastIndex(of: "@") else { return false }
        return authority[..<at].contains(":")
    }

    private static func isReference(_ object: JSONObject) -> Bool {
        SecretReference.isMeant(object)
    }

    private static func contains(_ text: String, _ secrets: [String]) -> Bool {
        secrets.contains { !text.isEmpty && text.firstRange(of: $0) != nil }
    }

    private static func replace(_ secret: String, in text: String) -> String {
        var output = ""
        var rest = text[...]
        while let found = rest.firstRange(of: secret) {
            output += rest[..<found.lowerBound]
            output += sentinel
            rest = rest[found.upperBound...]
        }
        return output + rest
    }
}
