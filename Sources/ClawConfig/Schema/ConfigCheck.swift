import ClawSupport

/// Compares a configuration with the schema: what is wrong is reported and left out, what is missing gets its default.
struct ConfigCheck {
    struct Finding {
        let path: ConfigPath
        let issue: ConfigIssue
        let isFatal: Bool
    }

    private(set) var findings: [Finding] = []
    /// Keys of the file that OpenClaw knows and this program does not read yet.
    private(set) var unread: [ConfigPath] = []

    /// The configuration with defaults and without wrong values; the object of a key that is read as a whole stays as it is.
    mutating func check(_ value: JSONValue, _ schema: ConfigSchema = .shared) -> JSONObject {
        guard let object = value.objectValue else {
            report(
                ConfigPath(), "The configuration must be an object, found \(Self.kindName(value)).", fatal: true,
                fix: "Put the keys between { and }.")
            return fill([:], schema.root, at: ConfigPath())
        }
        return fill(object, schema.root, at: ConfigPath())
    }

    mutating func report(
        _ path: ConfigPath, _ message: String, allowed: [String] = [], fatal: Bool, fix: String? = nil
    ) {
        let issue = ConfigIssue(path: path.description, message: message, allowedValues: allowed, fix: fix)
        findings.append(Finding(path: path, issue: issue, isFatal: fatal))
    }

    private mutating func fill(_ object: JSONObject, _ node: ConfigSchema.Node, at path: ConfigPath) -> JSONObject {
        var output = JSONObject()
        for (key, value) in object {
            let inner = path.appending(key)
            if let member = node.named(key) ?? (UnreadKeys.contains(inner) ? nil : node.anyMember.first) {
                if let clean = clean(value, member, at: inner) { output[key] = clean }
            } else {
                noteUnknown(inner, value, among: node)
            }
        }
        for (name, member) in node.members where output[name] == nil {
            if let key = member.key {
                output.set(name, key.defaultValue)
                if key.isRequired, !object.contains(name) {
                    report(
                        path.appending(name), "It is missing.", fatal: key.isGuarded,
                        fix: "Set it to \(key.kind.expectation).")
                }
            } else if member.anyMember.isEmpty, member.anyElement.isEmpty {
                let inner = fill([:], member, at: path.appending(name))
                if !inner.isEmpty { output[name] = .object(inner) }
            }
        }
        return output
    }

    private mutating func clean(_ value: JSONValue, _ node: ConfigSchema.Node, at path: ConfigPath) -> JSONValue? {
        if let key = node.key { return clean(value, key, at: path) }
        if node.isList {
            guard let elements = value.arrayValue else {
                reportKind(path, "a list", value, guarded: Self.holdsGuarded(node))
                return nil
            }
            return .array(
                elements.enumerated().compactMap { index, element in
                    clean(element, node.anyElement[0], at: path.appending(index: index))
                })
        }
        guard let object = value.objectValue else {
            reportKind(path, "an object", value, guarded: Self.holdsGuarded(node))
            return nil
        }
        return .object(fill(object, node, at: path))
    }

    private mutating func clean(_ value: JSONValue, _ key: ConfigKey, at path: ConfigPath) -> JSONValue? {
        if key.kind.accepts(value) { return value }
        if let renamed = ConfigAliases.current(key.path, value) {
            report(
                path, "\(value.text) is an old spelling of \(renamed.text).", fatal: false,
                fix: "Write \(renamed.text).")
            return renamed
        }
        if let kept = cleanInside(value, key.kind, key, at: path) { return kept }
        report(key.kind, value, key, at: path, consequence: key.defaultValue.map { " \($0.text) is used." })
        return nil
    }

    /// Leaves out the elements or members that are wrong; nil when the value has none.
    private mutating func cleanInside(
        _ value: JSONValue, _ kind: ConfigKey.Kind, _ key: ConfigKey, at path: ConfigPath
    ) -> JSONValue? {
        guard let inner = kind.inner else { return nil }
        func keeps(_ element: JSONValue, _ place: ConfigPath) -> JSONValue? {
            if inner.accepts(element) { return element }
            if let kept = cleanInside(element, inner, key, at: place) { return kept }
            report(inner, element, key, at: place, consequence: nil)
            return nil
        }
        switch (kind, value) {
        case (.strings, .array(let elements)), (.identifiers, .array(let elements)):
            return .array(
                elements.enumerated().compactMap { index, element in keeps(element, path.appending(index: index)) })
        case (.strings, _), (.identifiers, _): return nil
        case (_, .object(let object)):
            var output = JSONObject()
            for (name, member) in object { output.set(name, keeps(member, path.appending(name))) }
            return .object(output)
        default: return nil
        }
    }

    private mutating func report(
        _ kind: ConfigKey.Kind, _ value: JSONValue, _ key: ConfigKey, at path: ConfigPath, consequence: String?
    ) {
        var message = "It must be \(kind.expectation), found \(Self.show(value, at: path))."
        if !key.isGuarded { message += consequence ?? " It is left out." }
        let fix =
            kind == key.kind ? Self.fix(key, path) : "Correct it, or remove it with: openclaw config unset '\(path)'"
        report(path, message, allowed: kind.allowedValues, fatal: key.isGuarded, fix: fix)
    }

    private static func fix(_ key: ConfigKey, _ path: ConfigPath) -> String {
        guard let value = key.defaultValue else {
            return "Correct it, or remove it with: openclaw config unset '\(path)'"
        }
        return "For example: openclaw config set '\(path)' '\(value.stringValue ?? value.text)'"
    }

    private mutating func reportKind(_ path: ConfigPath, _ expected: String, _ value: JSONValue, guarded: Bool) {
        report(
            path, "It must be \(expected), found \(Self.kindName(value)).", fatal: guarded,
            fix: "Correct it, or remove it with: openclaw config unset '\(path)'")
    }

    private static func holdsGuarded(_ node: ConfigSchema.Node) -> Bool {
        node.key?.isGuarded == true
            || (node.members.map(\.node) + node.anyMember + node.anyElement).contains(where: holdsGuarded)
    }

    private mutating func noteUnknown(_ path: ConfigPath, _ value: JSONValue, among node: ConfigSchema.Node) {
        if UnreadKeys.contains(path) {
            unread.append(path)
        } else if let move = ConfigAliases.moved[path.description] {
            report(path, "This key is no longer read.", fatal: false, fix: move)
        } else {
            let near = Suggestion.nearest(to: path.lastKey, among: node.members.map(\.name))
            let isWidening = UnreadKeys.isWidening(path)
            report(
                path,
                isWidening
                    ? "This key is not known, so the binding would match more than it says."
                    : ConfigIssue.unknownKey, fatal: isWidening,
                fix: near.map { "Did you mean \(path.parent.appending($0))?" })
        }
    }

    /// The value for a message; only its kind when it is long, nested or may be secret.
    private static func show(_ value: JSONValue, at path: ConfigPath) -> String {
        let isSecret = path.components.contains { component in
            if case .key(let key) = component { SensitiveKeys.matches(key) } else { false }
        }
        let isNested = value.arrayValue != nil || value.objectValue != nil
        return isSecret || isNested || value.text.utf8.count > 60 ? kindName(value) : value.text
    }

    static func kindName(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .array: "a list"
        case .object: "an object"
        default: "a \(value.kindName)"
        }
    }
}
