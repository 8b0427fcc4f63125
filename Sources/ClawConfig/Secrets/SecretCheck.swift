import ClawSupport

/// What no single key of `secrets` can tell, and references that lead nowhere by what the configuration says.
enum SecretCheck {
    static func run(_ value: JSONValue, _ secrets: SecretProviders, into check: inout ConfigCheck) {
        let place = ConfigPath([.key("secrets"), .key("providers")])
        for (name, entry) in value["secrets"]?["providers"]?.objectValue ?? [:] {
            let inner = place.appending(name)
            if !SecretReference.isProvider(name) {
                check.report(
                    inner,
                    "A provider's name is made of a-z, 0-9, _ and -, begins with a letter and has at most 64 characters.",
                    fatal: true, fix: "Give it such a name.")
            }
            for (key, kind) in [("path", "file"), ("command", "exec")] where entry["source"]?.stringValue == kind {
                let text = entry[key]?.stringValue ?? ""
                if !text.hasPrefix("/") {
                    check.report(
                        inner.appending(key), "It must be an absolute path, since source is \(kind).", fatal: true,
                        fix: "Write it from the root: /…")
                }
            }
            for (index, folder) in (entry["trustedDirs"]?.arrayValue ?? []).enumerated()
            where folder.stringValue?.hasPrefix("/") != true {
                check.report(
                    inner.appending("trustedDirs").appending(index: index), "It must be an absolute path.", fatal: true)
            }
            for (key, limit) in [("args", 128), ("passEnv", 128), ("trustedDirs", 64), ("allowlist", 256)]
            where entry[key]?.arrayValue.map({ $0.count > limit }) == true {
                check.report(inner.appending(key), "It has more than \(limit) elements.", fatal: true)
            }
            if (entry["args"]?.arrayValue ?? []).contains(where: { ($0.stringValue?.utf8.count ?? 0) > 1024 }) {
                check.report(inner.appending("args"), "An element has more than 1,024 bytes.", fatal: true)
            }
        }
        for slot in SecretSlot.all(in: value, channels: Set(value["channels"]?.objectValue?.keys ?? [])) {
            if slot.value.stringValue != nil { continue }
            guard let reference = slot.reference else {
                // Those of known keys are reported by their kind.
                if slot.path.components.first == .key("channels") {
                    check.report(
                        slot.path, "It must be \(ConfigKey.Kind.secret.expectation).", fatal: slot.isActive)
                }
                continue
            }
            self.reference(reference, at: slot.path, secrets, into: &check)
        }
    }

    private static func reference(
        _ reference: SecretReference, at path: ConfigPath, _ secrets: SecretProviders, into check: inout ConfigCheck
    ) {
        guard let provider = secrets.provider(for: reference) else {
            let name = secrets.name(for: reference)
            check.report(
                path, "There is no provider \(name) of source \(reference.source.rawValue) in secrets.providers.",
                fatal: true, fix: "Describe it there; docs/secrets.md shows how.")
            return
        }
        if case .environment(let allowlist?) = provider, !allowlist.contains(reference.id) {
            check.report(
                path, "The provider's allowlist does not hold \(reference.id).", fatal: true,
                fix: "Add it to secrets.providers.\(secrets.name(for: reference)).allowlist.")
        }
    }
}
