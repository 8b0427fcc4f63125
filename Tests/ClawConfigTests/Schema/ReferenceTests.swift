import ClawSupport
import FoundationEssentials
import Testing

@testable import ClawConfig

struct ReferenceTests {
    /// Like a golden file, but the page is part of the documentation.
    @Test func `The reference page says what the tables say`() throws {
        let source = try #require(FilePath.real(#filePath))
        let root = source.split(separator: "/").dropLast(4).joined(separator: "/")
        let path = "/\(root)/docs/configuration.md"
        let page = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        if page == ConfigReference.markdown() { return }
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
            try Data(ConfigReference.markdown().utf8).write(to: URL(filePath: path))
        }
        Issue.record("docs/configuration.md differs from the tables. Run once with RECORD_GOLDEN=1 and read the page.")
    }

    @Test func `Each key stands once, and its default is a value that may stand there`() {
        #expect(Set(ConfigKeys.all.map(\.path)).count == ConfigKeys.all.count)
        for key in ConfigKeys.all {
            if let value = key.defaultValue { #expect(key.kind.accepts(value), "\(key.path)") }
            #expect(key.meaning.hasSuffix("."), "\(key.path)")
        }
    }

    /// A value that differs from the default.
    private func sample(_ key: ConfigKey) -> JSONValue {
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
    private func document(_ path: ArraySlice<Substring>, _ value: JSONValue?) -> JSONValue {
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

    @Test func `Each key is read`() throws {
        // Commands read `gateway.remote`, and the Gateway does not.
        let readElsewhere = ["session.mainKey", "env.", "gateway.remote."]
        for key in ConfigKeys.all where !readElsewhere.contains(where: key.path.hasPrefix) {
            let path = ConfigSchema.components(key.path)[...]
            func dump(_ value: JSONValue) -> String {
                var configuration = Configuration.parse(value).configuration
                configuration.effective = [:]
                var text = ""
                Swift.dump(Reveal(configuration), to: &text)
                let secrets = [
                    configuration.gateway.auth.token?.reveal(), configuration.gateway.auth.password?.value?.reveal(),
                ]
                return text + "\(secrets)"
                    + configuration.models.providers.map { $0.apiKey?.value?.reveal() ?? "" }.joined()
            }
            var with = document(path, sample(key))
            var without = document(path, nil)
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
                tls[String(path.last ?? "")] = nil
                without = ["gateway": ["tls": tls]]
            }
            if key.path.hasPrefix("secrets.providers.") {
                let name = String(path.last ?? "")
                with = ["secrets": ["providers": ["name": Self.provider(with: name, sample(key))]]]
                without = ["secrets": ["providers": ["name": Self.provider(with: name, nil)]]]
            }
            let isRead = dump(with) != dump(without)
            #expect(isRead, "\(key.path)")
        }
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

    /// Lets `dump` show the whole structure.
    private struct Reveal {
        let configuration: Configuration

        init(_ configuration: Configuration) { self.configuration = configuration }
    }
}
