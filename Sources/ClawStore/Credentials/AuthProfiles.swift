package import ClawSupport

/// The keys of model vendors that a person stored: `auth-profiles.json`. What this program does not know of the file is kept.
package struct AuthProfiles: Sendable {
    package enum Kind: String, Sendable, Hashable {
        case apiKey = "api_key"
        case token
        case oauth
    }

    /// One stored credential.
    package struct Profile: Sendable {
        /// `<provider>:default`, or `<provider>:<name>`.
        package let id: String
        package let provider: String
        package let kind: Kind
        /// The key or token itself; nil when the file only refers to it.
        package let secret: Redacted?
        /// The environment variable that holds it; nil when the file holds it or it lies elsewhere.
        package let variable: String?
        /// Where the secret lies that the file only refers to; nil when it refers to none.
        package let reference: JSONValue?
        /// Milliseconds since 1970; nil when it does not end.
        package let expires: Int64?

        init?(_ id: String, _ value: JSONValue) {
            let kind = (value["type"] ?? value["mode"])?.stringValue.flatMap(Kind.init)
            guard let kind, let provider = value["provider"]?.stringValue, !provider.isEmpty else { return nil }
            self.id = id
            self.provider = provider.lowercased()
            self.kind = kind
            let names: [String] =
                switch kind {
                case .apiKey: ["key", "apiKey"]
                case .token: ["token"]
                case .oauth: ["access"]
                }
            secret = names.lazy.compactMap { value[$0]?.stringValue }.first { !$0.isEmpty }.map { Redacted($0) }
            reference = value["keyRef"] ?? value["tokenRef"]
            variable = reference?["source"] == "env" ? reference?["id"]?.stringValue : nil
            expires = value["expires"]?.intValue.map(Int64.init)
        }

        package func isExpired(now: Int64) -> Bool { expires.map { $0 <= now } ?? false }
    }

    /// The file as it stands.
    package private(set) var fields: JSONObject

    package init(_ fields: JSONObject = [:]) { self.fields = fields }

    /// The entries that can be used, in the order of the file. Others stay in the file.
    package var profiles: [Profile] {
        (fields["profiles"]?.objectValue ?? [:]).compactMap { Profile($0, $1) }
    }

    /// The order that a person chose for a vendor; nil when none is chosen.
    package func order(of provider: String) -> [String]? {
        fields["order"]?[provider.lowercased()]?.arrayValue?.compactMap(\.stringValue)
    }

    /// The credentials of a vendor in the order in which they are tried: the chosen order alone where there is one, else the
    /// last good one, then `default`, then the others.
    package func candidates(for provider: String) -> [Profile] {
        let own = profiles.filter { $0.provider == provider.lowercased() }
        if let order = order(of: provider) {
            return order.compactMap { id in own.first { $0.id == id } }
        }
        let lastGood = fields["lastGood"]?[provider.lowercased()]?.stringValue
        func rank(_ profile: Profile) -> Int {
            profile.id == lastGood ? 0 : profile.id.hasSuffix(":default") ? 1 : 2
        }
        return own.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
    }

    /// Stores a key or a token in place of what had this id.
    package mutating func set(
        _ id: String, provider: String, kind: Kind, secret: Redacted, expires: Int64? = nil
    ) {
        var entry: JSONObject = ["type": .string(kind.rawValue), "provider": .string(provider.lowercased())]
        entry[kind == .apiKey ? "key" : "token"] = .string(secret.reveal())
        entry.set("expires", expires)
        var profiles = fields["profiles"]?.objectValue ?? [:]
        profiles[id] = .object(entry)
        fields["version"] = fields["version"] ?? 1
        fields["profiles"] = .object(profiles)
    }

    /// Chooses the order of a vendor's credentials; nil leaves it to the rule of `candidates`.
    package mutating func setOrder(of provider: String, to ids: [String]?) {
        var order = fields["order"]?.objectValue ?? [:]
        order[provider.lowercased()] = ids.map { .strings($0) }
        fields["order"] = order.isEmpty ? nil : .object(order)
    }

    /// This store with that of the default agent below it: what an agent has itself counts.
    package func over(_ base: AuthProfiles) -> AuthProfiles {
        var merged = base.fields
        for key in ["profiles", "order", "lastGood"] {
            var object = merged[key]?.objectValue ?? [:]
            for (name, value) in fields[key]?.objectValue ?? [:] { object[name] = value }
            if !object.isEmpty { merged[key] = .object(object) }
        }
        return AuthProfiles(merged)
    }
}
