import ClawConfig
import ClawGateway
import ClawProtocol
import ClawSupport
import ClawTestKit
import Testing

/// `secrets.resolve` (gateway-methods §6).
struct SecretsResolveTests {
    private static let configuration = """
        {
          gateway: { mode: 'local', auth: { mode: 'token', token: 'a-token', password: '${PASSWORD}' } },
          secrets: { providers: { vault: { source: 'file', path: '/vault.json' } } },
          models: { providers: {
            one: { baseUrl: 'http://h', apiKey: { source: 'file', provider: 'vault', id: '/one' } },
            two: { baseUrl: 'http://h', apiKey: '${TWO_KEY}' },
            own: { baseUrl: 'http://h', apiKey: 'sk-stands-here' },
          } },
          channels: { irc: {
            host: 'h', password: { source: 'file', provider: 'vault', id: '/irc' },
            nickserv: { password: { source: 'file', provider: 'vault', id: '/gone' } },
            accounts: { off: { enabled: false, password: { source: 'env', provider: 'default', id: 'OFF' } } },
          } },
        }
        """

    private func method(_ directory: TemporaryDirectory) throws -> SecretsResolve {
        try directory.write(Self.configuration, to: ".openclaw/openclaw.json")
        let file = try ConfigFile.locate(
            environment: ["HOME": directory.path, "TWO_KEY": "sk-two", "PASSWORD": "pw"],
            workingDirectory: directory.path)
        func vault(_ id: String) throws -> SecretReference {
            try #require(SecretReference(["source": "file", "provider": "vault", "id": .string(id)]))
        }
        let taken = SecretValues([try vault("/one"): Redacted("sk-one"), try vault("/irc"): Redacted("secret-irc")])
        let snapshot = file.inspect().using(taken)
        #expect(snapshot.issues.isEmpty, "\(snapshot.issues)")
        let targets = SecretTargets(channels: ["irc": ["password", "nickserv.password"]])
        return SecretsResolve(targets: targets, channels: ["irc"], snapshot: { snapshot })
    }

    @Test func referencesAreResolvedByTheNamesOfTheirPlaces() async throws {
        let directory = try TemporaryDirectory("resolve")
        let bench = try MethodBench()
        let method = try method(directory)
        func ask(_ ids: JSONValue, _ command: JSONValue = "agent") -> JSONValue {
            ["commandName": command, "targetIds": ids]
        }
        var text = await bench.transcript(
            method,
            [
                ask([]), ask(["models.providers.*.apiKey"]),
                ask(["gateway.auth.password", "channels.irc.password", "channels.irc.accounts.*.password"]),
                ask(["channels.irc.nickserv.password"], " send "),
                ask([" models.providers.*.apiKey ", "models.providers.*.apiKey"]),
            ])
        text += await bench.transcript(
            method,
            [
                [:], [], ["commandName": "x"], ask([], ""), ask([], " "), ask([], 5), ask("x"), ask([5]), ask([""]),
                ask(["gateway.auth.token"]), ask(["models.providers.one.apiKey"]), ask(["channels.telegram.botToken"]),
                ["commandName": "x", "targetIds": [], "more": 1],
            ])
        expectGolden(text, "secrets-resolve.txt")
        let many = await bench.answer(method, ask(.array(Array(repeating: "gateway.auth.password", count: 257))))
        #expect(many["error"]?["message"] == "invalid secrets.resolve params: targetIds")
    }
}
