package import ClawSupport

/// A place of the configuration that may hold a secret or a reference to one, and holds something.
package struct SecretSlot: Sendable {
    package let path: ConfigPath
    package let value: JSONValue
    /// Whether the Gateway uses what stands there now.
    package let isActive: Bool

    /// Nil for a secret that stands there itself.
    package var reference: SecretReference? {
        if let name = value.stringValue.flatMap(EnvironmentReferences.wholeName) {
            return SecretReference(["source": "env", "provider": "default", "id": .string(name)])
        }
        return SecretReference(value)
    }

    /// Whether a secret itself stands there.
    package var isPlain: Bool {
        guard let text = value.stringValue, !text.isEmpty else { return false }
        return EnvironmentReferences.wholeName(text) == nil
    }

    /// Every such place of a resolved configuration. `channels` are the channels of this program.
    package static func all(in value: JSONValue, channels: Set<String>) -> [SecretSlot] {
        var slots: [SecretSlot] = []
        let gateway = value["gateway"]
        let auth = gateway?["auth"]
        let usesPassword =
            auth?["mode"]?.stringValue == "password" || auth?["mode"] == nil && auth?["token"] == nil
        add(["gateway", "auth", "password"], value, usesPassword, &slots)
        let trustsProxy = auth?["mode"]?.stringValue == "trusted-proxy"
        add(["gateway", "auth", "trustedProxy", "secret"], value, trustsProxy, &slots)
        let isRemote = gateway?["mode"]?.stringValue == "remote"
        add(["gateway", "remote", "token"], value, isRemote, &slots)
        add(["gateway", "remote", "password"], value, isRemote, &slots)
        for name in value["models"]?["providers"]?.objectValue?.keys ?? [] {
            add(["models", "providers", name, "apiKey"], value, true, &slots)
        }
        for (name, section) in value["channels"]?.objectValue ?? [:] {
            walk(
                section, ConfigPath([.key("channels"), .key(name)]), isActive: channels.contains(name), isSecret: false,
                &slots)
        }
        return slots
    }

    private static func add(_ keys: [String], _ root: JSONValue, _ isActive: Bool, _ slots: inout [SecretSlot]) {
        var value: JSONValue? = root
        for key in keys { value = value?[key] }
        guard let value, value.stringValue != nil || value.objectValue != nil else { return }
        slots.append(SecretSlot(path: ConfigPath(keys.map { .key($0) }), value: value, isActive: isActive))
    }

    /// What an account or a part of it that is switched off names is not needed.
    private static func walk(
        _ value: JSONValue, _ path: ConfigPath, isActive: Bool, isSecret: Bool, _ slots: inout [SecretSlot]
    ) {
        switch value {
        case .object(let object):
            if SecretReference.isMeant(object) {
                if isSecret { slots.append(SecretSlot(path: path, value: value, isActive: isActive)) }
                return
            }
            let isOn = isActive && object["enabled"]?.boolValue != false
            for (key, member) in object {
                walk(
                    member, path.appending(key), isActive: isOn, isSecret: isSecret || SensitiveKeys.matches(key),
                    &slots)
            }
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                walk(element, path.appending(index: index), isActive: isActive, isSecret: isSecret, &slots)
            }
        case .string: if isSecret { slots.append(SecretSlot(path: path, value: value, isActive: isActive)) }
        default: break
        }
    }
}
