package import ClawSupport

/// The places that take a reference to a secret, by the names with which clients ask for them: paths in which `*` stands for any
/// name, such as `models.providers.*.apiKey`.
package struct SecretTargets: Sendable {
    /// What references at some places lead to now.
    package struct Answer: Sendable {
        /// In the order of the configuration.
        package var found: [(path: ConfigPath, secret: Redacted)] = []
        /// Places whose references nothing uses, which therefore are not asked for.
        package var unused: [ConfigPath] = []
        /// Places that are in use and whose references lead to nothing.
        package var missing: [ConfigPath] = []
    }

    private let ids: Set<String>

    /// - Parameter channels: the keys of secrets of each channel of this program, such as `nickserv.password`.
    package init(channels: [String: [String]]) {
        var ids: Set<String> = [
            "gateway.auth.password", "gateway.auth.trustedProxy.secret", "gateway.remote.token",
            "gateway.remote.password",
            "models.providers.*.apiKey",
        ]
        for (channel, keys) in channels {
            for key in keys { ids.formUnion(["channels.\(channel).\(key)", "channels.\(channel).accounts.*.\(key)"]) }
        }
        self.ids = ids
    }

    package func contains(_ id: String) -> Bool { ids.contains(id) }

    /// What the references at these places lead to. A secret that stands there itself is no reference.
    /// - Parameter channels: as for `SecretSlot.all`.
    package func answer(_ wanted: Set<String>, in snapshot: ConfigSnapshot, channels: Set<String>) -> Answer {
        var answer = Answer()
        for slot in SecretSlot.all(in: snapshot.value, channels: channels) {
            guard let reference = slot.reference, wanted.contains(Self.id(of: slot.path)) else { continue }
            if !slot.isActive {
                answer.unused.append(slot.path)
            } else if let secret = snapshot.secret(reference) {
                answer.found.append((slot.path, secret))
            } else {
                answer.missing.append(slot.path)
            }
        }
        return answer
    }

    private static func id(of path: ConfigPath) -> String {
        var names = path.names
        if names.count > 3, names[0] == "models" { names[2] = "*" }
        if names.count > 4, names[0] == "channels", names[2] == "accounts" { names[3] = "*" }
        return names.joined(separator: ".")
    }
}

extension ConfigPath {
    /// Its parts as text, one by one.
    package var names: [String] {
        components.map { component in
            switch component {
            case .key(let key): key
            case .index(let index): "\(index)"
            }
        }
    }
}
