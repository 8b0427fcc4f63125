import ClawSupport

/// The keys that let people in, which all channels share. The rest of a channel's section is the channel's to check.
enum ChannelCheck {
    private static let directPolicies = ["pairing", "allowlist", "open", "disabled"]
    private static let groupPolicies = ["allowlist", "disabled", "open"]

    static func run(_ name: String, _ section: JSONValue, into check: inout ConfigCheck) {
        let place = ConfigPath([.key("channels"), .key(name)])
        guard let channel = section.objectValue else {
            check.report(
                place, "It must be an object, found \(ConfigCheck.kindName(section)).", fatal: true,
                fix: "Correct it, or remove it with: openclaw config unset '\(place)'")
            return
        }
        policies(channel, inheriting: [:], at: place, into: &check)
        for (account, value) in channel["accounts"]?.objectValue ?? [:] {
            guard let object = value.objectValue else { continue }
            policies(object, inheriting: channel, at: place.appending("accounts").appending(account), into: &check)
        }
    }

    private static func policies(
        _ section: JSONObject, inheriting parent: JSONObject, at place: ConfigPath, into check: inout ConfigCheck
    ) {
        choice("dmPolicy", directPolicies, section, at: place, into: &check)
        choice("groupPolicy", groupPolicies, section, at: place, into: &check)
        for key in ["allowFrom", "groupAllowFrom"] {
            if let value = section[key], !ConfigKey.Kind.identifiers.accepts(value) {
                check.report(
                    place.appending(key), "It must be a list of strings or whole numbers.", fatal: true,
                    fix: "Write it as [\"…\"].")
            }
        }
        guard section["dmPolicy"] != nil || section["allowFrom"] != nil,
            let policy = (section["dmPolicy"] ?? parent["dmPolicy"])?.stringValue
        else { return }
        let allowed = ConfigReader.texts(section["allowFrom"] ?? parent["allowFrom"] ?? []) ?? []
        if policy == "open", !allowed.contains("*") {
            let key = place.appending("allowFrom")
            check.report(
                key, "dmPolicy open lets everybody in, and says so only with \"*\" in allowFrom.", fatal: true,
                fix: "If that is meant: openclaw config set '\(key)' '[\"*\"]'. Else use dmPolicy pairing.")
        } else if policy == "allowlist", allowed.isEmpty {
            check.report(
                place.appending("allowFrom"), "It is empty, so dmPolicy allowlist lets nobody in.", fatal: false,
                fix: "List who may write, or use dmPolicy pairing.")
        }
    }

    private static func choice(
        _ key: String, _ allowed: [String], _ section: JSONObject, at place: ConfigPath, into check: inout ConfigCheck
    ) {
        guard let value = section[key], !ConfigKey.Kind.choice(allowed).accepts(value) else { return }
        check.report(
            place.appending(key),
            "It must be \(ConfigKey.Kind.choice(allowed).expectation), found \(value.stringValue.map { "\"\($0)\"" } ?? ConfigCheck.kindName(value)).",
            allowed: allowed, fatal: true,
            fix: "For example: openclaw config set '\(place.appending(key))' '\(allowed[0])'")
    }
}
