import ClawSupport
import Testing

@testable import ClawConfig

/// A configuration that sets one key, and one that does not, for tests over all keys.
struct KeySample {
    let with: JSONValue
    let without: JSONValue

    init(_ key: ConfigKey) {
        let path = ConfigSchema.components(key.path)[...]
        let name = String(path.last ?? "")
        if key.path.hasPrefix("secrets.providers.") {
            with = ["secrets": ["providers": ["name": Self.provider(with: name, Self.value(key))]]]
            without = ["secrets": ["providers": ["name": Self.provider(with: name, nil)]]]
            return
        }
        var with = Self.document(path, Self.value(key))
        var without = Self.document(path, nil)
        if key.path.hasPrefix("gateway.auth.trustedProxy."), !key.path.hasSuffix("userHeader") {
            with["gateway"]?["auth"]?["trustedProxy"]?["userHeader"] = "x-user"
            without = ["gateway": ["auth": ["trustedProxy": ["userHeader": "x-user"]]]]
        }
        if key.path.hasPrefix("gateway.tls.") {
            with["gateway"]?["tls"] =
                key.path.hasSuffix("autoGenerate")
                ? ["enabled": true, "autoGenerate": false]
                : ["enabled": true, "certPath": "sample", "keyPath": "sample", "caPath": "sample"]
            var tls = with["gateway"]?["tls"] ?? [:]
            tls[name] = nil
            without = ["gateway": ["tls": tls]]
        }
        self.with = with
        self.without = without
    }

    /// A value that differs from the default.
    private static func value(_ key: ConfigKey) -> JSONValue {
        switch key.kind {
        case .boolean: .bool(key.defaultValue != true)
        case .integer(let range):
            .int(key.defaultValue?.intValue == range.lowerBound ? range.lowerBound + 1 : range.lowerBound)
        case .number: 1.5
        case .string, .identifier, .identifierOrFalse: "sample"
        case .choice(let values): .string(values.last { .string($0) != key.defaultValue && $0 != "custom" } ?? "")
        case .strings, .identifiers: ["sample"]
        case .stringMap: ["NAME": "sample"]
        case .stringsMap, .identifiersMap: ["name": ["sample"]]
        case .integerMap: ["irc": 42]
        case .choiceMap(let values): ["irc": .string(values[0])]
        case .model: ["primary": "a/b", "fallbacks": ["c/d"]]
        case .secret: "sample"
        case .object: ["sample": true]
        }
    }

    /// A configuration that holds only this value, and what lists need around it.
    private static func document(_ path: ArraySlice<Substring>, _ value: JSONValue?) -> JSONValue {
        guard let name = path.first else { return value ?? .null }
        let rest = path.dropFirst()
        if name == "[]" {
            var inner = document(rest, value)
            for (key, filler) in [("id", "x"), ("agentId", "main")] where inner[key] == nil {
                inner[key] = .string(filler)
            }
            if path.count > 0, inner["agentId"] != nil, inner["match"]?["channel"] == nil {
                var match = inner["match"] ?? [:]
                match["channel"] = "irc"
                inner["match"] = match
            }
            return [inner]
        }
        if rest.isEmpty, value == nil { return [:] }
        return .object([name == "*" ? "name" : String(name): document(rest, value)])
    }

    /// A provider of secrets of the kind that has this key.
    private static func provider(with key: String, _ value: JSONValue?) -> JSONValue {
        var provider: JSONObject
        switch key {
        case "source", "allowlist": provider = ["source": "env"]
        case "path", "mode", "maxBytes": provider = ["source": "file", "path": "/file"]
        default: provider = ["source": "exec", "command": "/program"]
        }
        provider[key] = value
        // Their sample says what is so without it, or needs more keys.
        if key == "jsonOnly", value != nil { provider[key] = false }
        if key == "source", value != nil { provider[key] = "env" }
        return .object(provider)
    }
}
