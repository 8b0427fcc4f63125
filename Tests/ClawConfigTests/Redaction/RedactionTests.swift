import ClawConfig
import ClawCore
import ClawSupport
import ClawTestKit
import Testing

struct RedactionTests {
    private static let sample = """
        { // the token is tok-1234567890, see the wiki
          gateway: { auth: { token: 'tok-1234567890', password: { source: "env", provider: "default", id: "PW" } } },
          models: { providers: { a: { baseUrl: "https://user:pw@host/v1", apiKey: "${KEY}", headers: { "X-Team": 'blue' },
            models: [{ id: "m", maxTokens: 100, contextWindow: 1000 }] } } },
          channels: { irc: { password: 12345, passwordFile: "/run/secret", nickserv: { password: "nick" }, botTokens: ["a", "b"] },
            googlechat: { serviceAccount: { private_key: "pem", nested: ["x"] } } },
          env: { vars: { ANY: "thing" }, OTHER: "${KEY}" },
          messages: { responsePrefix: "say ${KEY}" },
        }

        """

    @Test func `Values and text are shown without secrets`() throws {
        let home = try ConfigHome(Self.sample, environment: ["KEY": "sk-abcdefgh", "PW": "pw-from-env"])
        let snapshot = try home.load()
        var object = snapshot.redactedJSON
        object["config"] = nil
        expectGolden(
            (object["raw"]?.stringValue ?? "") + home.neutral(JSONValue.object(object).prettyText) + "\n",
            "redacted.txt",
            file: goldenBase)
        let all = JSONValue.object(snapshot.redactedJSON).text
        for secret in ["tok-1234567890", "user:pw", "sk-abcdefgh", "pw-from-env", "nick\"", "pem", "12345", "thing"] {
            let visible = secret == "sk-abcdefgh" ? all.contains("\"sk-abcdefgh") : all.contains(secret)
            #expect(!visible, "\(secret)")
        }
    }

    @Test func `A file that cannot be read shows nothing`() throws {
        let home = try ConfigHome("{ gateway: { auth: { token: 'tok-1234567890' }, port: 'x' } }")
        let object = home.inspect().redactedJSON
        #expect(object["valid"] == false)
        #expect(object["raw"] == .null && object["parsed"] == .null)
        #expect(object["config"] == [:] && object["resolved"] == [:])
        #expect(ConfigRedaction.redact(raw: "{ token: 'x'") == nil)
    }

    @Test(arguments: 0..<20 as Range<UInt64>) func s52_noSecretSurvivesAtAnyDepth(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let names = [
            "token", "botToken", "api_key", "apiKey", "client-secret", "PASSWORD", "webhookSecret", "OPENAI_API_KEY",
            "passphrase",
            "privateKey", "authorization", "cookie", "accessTokens", "credentials",
        ]
        var count = 0
        func value(_ depth: Int, isSecret: Bool) -> JSONValue {
            switch Int.random(in: 0..<(depth < 4 ? 4 : 2), using: &generator) {
            case 0, 1:
                count += 1
                return .string(isSecret ? "hidden\(count)" : "plain\(count)")
            case 2: return .array((0..<3).map { _ in value(depth + 1, isSecret: isSecret) })
            default:
                var object = JSONObject()
                for index in 0..<3 {
                    let isNamed = Bool.random(using: &generator)
                    let name = isNamed ? names[Int.random(in: 0..<names.count, using: &generator)] : "key\(index)"
                    object[name] = value(depth + 1, isSecret: isSecret || isNamed)
                }
                return .object(object)
            }
        }
        for _ in 0..<50 {
            let whole: JSONValue = ["root": value(0, isSecret: false)]
            let redacted = ConfigRedaction.redact(whole)
            let raw = try #require(ConfigRedaction.redact(raw: "// note\n" + whole.prettyText))
            #expect(!redacted.text.contains("hidden"))
            #expect(!raw.contains("hidden") && raw.hasPrefix("// note\n"))
            #expect(try JSON5Document.parse(raw).value == redacted)
            #expect(occurrences("plain", redacted.text) == occurrences("plain", whole.text))
        }
    }

    private func occurrences(_ word: String, _ text: String) -> Int {
        text.split(separator: word, omittingEmptySubsequences: false).count
    }
}
