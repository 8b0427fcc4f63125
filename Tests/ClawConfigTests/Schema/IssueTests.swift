import ClawConfig
import ClawCore
import ClawSupport
import ClawTestKit
import Testing

struct IssueTests {
    /// What a configuration is told, errors first.
    private func record(_ title: String, _ text: String) throws -> String {
        let home = try ConfigHome(text)
        let snapshot = home.inspect()
        let lines = snapshot.issues.map { "error   \($0)" } + snapshot.warnings.map { "warning \($0)" }
        return "=== \(title)\n" + lines.map { home.neutral($0) + "\n" }.joined()
    }

    @Test func `Wrong values name their place, what is allowed and the fix`() throws {
        var text = ""
        text += try record("no object", "[1]")
        text += try record(
            "types",
            """
            {
              gateway: { port: "18789", auth: { token: 5, rateLimit: 3 }, controlUi: { enabled: "yes" } },
              agents: { defaults: { timeoutSeconds: 0.5, models: { "a/b": { params: [] } } }, list: [5, { name: "x" }] },
              session: { identityLinks: { a: "b" }, reset: { atHour: 24 }, resetTriggers: ["/a", 5] },
              commands: { ownerAllowFrom: ["a", 5, true], allowFrom: { irc: ["a", 5, {}] } },
              models: { providers: { x: { apiKey: [], models: [{ name: 'n' }, { id: 'm', cost: { input: -1 } }] } } },
              bindings: {},
              channels: [],
            }
            """)
        text += try record(
            "choices",
            """
            {
              gateway: { bind: "everywhere", auth: { mode: "tokens" } },
              session: { dmScope: 'peer', },
              messages: { queue: { mode: "later", byChannel: { irc: "collect", slack: "x" }, drop: null } },
              logging: { level: "verbose" },
            }
            """)
        text += try record(
            "unknown keys",
            """
            {
              gatway: {}, gateway: { prot: 1, token: "x", auth: { tokn: "x" }, tailscale: { mode: "serve", mod: 1 } },
              skills: { anything: true }, agents: { list: [{ id: "a", indentity: {} }] }, telegram: {}, nonsense: 1,
              bindings: [{ agentId: "a", match: { channel: "irc", per: { kind: "group" } } }],
            }
            """)
        text += try record("old spellings", "{ gateway: { bind: '127.0.0.1' }, agent: { model: 'x' }, identity: {} }")
        expectGolden(text, "issues.txt", file: goldenBase)
    }

    @Test func `Keys that need each other or shut each other out are told`() throws {
        var text = ""
        text += try record("open to all without a secret", "{ gateway: { bind: '0.0.0.0', auth: { mode: 'none' } } }")
        text += try record("gateway needs", "{ gateway: { bind: 'custom', auth: { mode: 'password' } } }")
        text += try record(
            "custom loopback", "{ gateway: { bind: 'custom', customBindHost: '127.0.0.1', auth: { mode: 'none' } } }")
        text += try record("proxy needs a header", "{ gateway: { auth: { mode: 'trusted-proxy' } } }")
        text += try record(
            "proxy needs an address",
            "{ gateway: { auth: { mode: 'trusted-proxy', trustedProxy: { userHeader: 'x' } } } }")
        text += try record(
            "a proxy on this machine needs a secret",
            "{ gateway: { trustedProxies: ['::1'], auth: { mode: 'trusted-proxy', trustedProxy: { userHeader: 'x' } } } }"
        )
        text += try record(
            "a proxy elsewhere does not",
            "{ gateway: { trustedProxies: ['10.0.0.1'], auth: { mode: 'trusted-proxy', trustedProxy: { userHeader: 'x' } } } }"
        )
        text += try record(
            "TLS without a certificate", "{ gateway: { tls: { enabled: true, autoGenerate: false } } }")
        text += try record("TLS without a certificate of its own", "{ gateway: { tls: { enabled: true } } }")
        text += try record(
            "Tailscale past a wide port", "{ gateway: { bind: 'lan', tailscale: { mode: 'serve' } } }")
        text += try record("Funnel without a password", "{ gateway: { tailscale: { mode: 'funnel' } } }")
        text += try record(
            "Serve for everybody", "{ gateway: { tailscale: { mode: 'serve' }, auth: { mode: 'none' } } }")
        text += try record(
            "Funnel", "{ gateway: { tailscale: { mode: 'funnel' }, auth: { mode: 'password', password: 'p' } } }")
        text += try record("TLS without a key", "{ gateway: { tls: { enabled: true, certPath: '/c.pem' } } }")
        text += try record(
            "TLS", "{ gateway: { tls: { enabled: true, certPath: '/c.pem', keyPath: '/k.pem', autoGenerate: true } } }")
        text += try record(
            "agents",
            """
            { agents: { list: [
              { id: "main", agentDir: "/x" }, { id: "Main" }, { id: "a b", agentDir: "/x" }, { id: "!!" },
            ] }, bindings: [{ agentId: "nobody", match: { channel: "irc" } }] }
            """)
        text += try record(
            "tools",
            "{ tools: { allow: ['a'], alsoAllow: ['b'] }, agents: { list: [{ id: 'x', tools: { allow: ['a'], alsoAllow: ['b'] } }] } }"
        )
        text += try record(
            "channels",
            """
            { channels: { defaults: { groupPolicy: "x" }, irc: { dmPolicy: "all", groupPolicy: 1, allowFrom: "me" },
              telegram: { dmPolicy: "open", accounts: { a: { allowFrom: ["*"] }, b: { allowFrom: [5] } } }, slack: 5,
              discord: { dmPolicy: "allowlist" }, signal: { dmPolicy: "open", allowFrom: ["*"] } } }
            """)
        text += try record(
            "placeholder",
            "{ gateway: { auth: { token: '__OPENCLAW_REDACTED__' } }, channels: { irc: { x: ['__OPENCLAW_REDACTED__'] } } }"
        )
        text += try record(
            "sizes",
            "{ agents: { defaults: { blockStreamingChunk: { minChars: 2000 } } }, session: { mainKey: 'home' } }")
        expectGolden(text, "cross-checks.txt", file: goldenBase)
    }

    @Test func `A wrong value that is not dangerous gives the default`() throws {
        let snapshot = try ConfigHome(
            "{ messages: { queue: { mode: 'later', cap: 5 } }, agents: { defaults: { timeoutSeconds: 'long' } } }"
        ).load()
        #expect(snapshot.configuration.messages.queue.mode == .collect)
        #expect(snapshot.configuration.messages.queue.cap == 5)
        #expect(snapshot.configuration.agents.defaults.timeout == .seconds(600))
        #expect(snapshot.warnings.map(\.path) == ["messages.queue.mode", "agents.defaults.timeoutSeconds"])
        #expect(
            snapshot.warnings[0].json
                == [
                    "path": "messages.queue.mode",
                    "message": .string(snapshot.warnings[0].message),
                    "allowedValues": [
                        "steer", "followup", "collect", "steer-backlog", "steer+backlog", "queue", "interrupt",
                    ],
                    "fix": "For example: openclaw config set 'messages.queue.mode' 'collect'",
                    "file": .string(snapshot.path), "line": 1, "column": 24,
                ])
    }

    @Test func `Every root key of OpenClaw is known`() throws {
        let keys = """
            $schema meta env wizard diagnostics logging cli update browser ui secrets auth acp models nodeHost agents tools
            broadcast audio media messages commands approvals session cron hooks web channels discovery canvasHost talk
            gateway memory skills plugins
            """.split { $0 == " " || $0 == "\n" }
        let text =
            "{ bindings: [], " + keys.map { $0 == "$schema" ? "$schema: 'x'" : "\($0): {}" }.joined(separator: ", ")
            + " }"
        let snapshot = try ConfigHome(text).load()
        #expect(snapshot.warnings.isEmpty && snapshot.issues.isEmpty)
        #expect(snapshot.unread.count == 24)
    }

    @Test func `Secrets do not show in messages`() throws {
        let home = try ConfigHome(
            "{ gateway: { auth: { token: 123456789, password: true } }, models: { providers: { p: { apiKey: 987654321, headers: { a: 'hush', b: 1 } } } } }"
        )
        let snapshot = home.inspect()
        let text = (snapshot.issues + snapshot.warnings).map(\.description).joined()
        #expect(text.contains("gateway.auth.token") && text.contains("models.providers.p.apiKey"))
        for secret in ["123456789", "987654321", "hush"] { #expect(!text.contains(secret)) }
    }
}
