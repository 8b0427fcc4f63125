import ClawCore
import ClawSupport
import ClawTestKit
import Testing

@testable import ClawConfig

struct ConfigurationTests {
    private func parse(_ text: String, environment: [String: String] = [:]) throws -> Configuration {
        let result = Configuration.parse(try JSON5Document.parse(text).value, environment: environment)
        #expect(result.errors.isEmpty && result.warnings.isEmpty)
        return result.configuration
    }

    @Test func `The defaults are these`() {
        expectGolden(
            JSONValue.object(Configuration.defaults.effective).prettyText + "\n", "defaults.json", file: goldenBase)
        let defaults = Configuration.defaults
        #expect(defaults.gateway.bind == .loopback && defaults.gateway.auth.effectiveMode == .token)
        #expect(defaults.gateway.controlUI.basePath == "/")
        #expect(defaults.agents.ids == [.main] && defaults.agents.model(of: .main) == nil)
        #expect(defaults.session.reset == SessionConfiguration.Reset(mode: .daily, atHour: 4))
        #expect(defaults.journal.payloadRetentionDays == 7)
        #expect(defaults.agents.defaults.timeout == .seconds(600))
    }

    @Test func `Agents inherit from the defaults`() throws {
        let configuration = try parse(
            """
            { agents: {
              defaults: { model: { primary: "opus", fallbacks: ["x/y"] }, workspace: "/ws",
                          models: { "anthropic/claude-opus-4-6": { alias: "Opus", params: { temperature: 1 } } } },
              list: [
                { id: "Ops", model: "openai/gpt-5.2", identity: { name: "Olga", emoji: "X" }, tools: { deny: ["exec"] },
                  groupChat: { mentionPatterns: ["ops"], historyLimit: 5 } },
                { id: "home", default: true },
                { id: "quiet", workspace: "own", agentDir: "/keys", model: { fallbacks: [] } },
              ] } }
            """)
        let agents = configuration.agents
        func id(_ text: String) throws -> AgentID { try #require(AgentID(normalizing: text)) }
        let location = ConfigLocation(
            homeDirectory: "/home/u", stateDirectory: "/state", configPath: "/state/openclaw.json",
            defaultWorkspace: "/dw")
        #expect(agents.ids.map(\.rawValue) == ["ops", "home", "quiet"])
        #expect(agents.defaultID.rawValue == "home")
        #expect(try agents.model(of: id("ops")) == ModelChoice(primary: "openai/gpt-5.2", fallbacks: ["x/y"]))
        #expect(try agents.model(of: id("home")) == ModelChoice(primary: "opus", fallbacks: ["x/y"]))
        #expect(try agents.model(of: id("quiet")) == ModelChoice(primary: "opus", fallbacks: []))
        #expect(agents.defaults.resolvingAlias("OPUS") == "anthropic/claude-opus-4-6")
        #expect(agents.defaults.resolvingAlias("other/model") == "other/model")
        #expect(agents.defaults.models.map(\.params) == [["temperature": 1]])
        #expect(
            try ["ops", "home", "quiet", "new"].map { agents.workspace(of: try id($0), in: location) }
                == ["/state/workspace-ops", "/ws", "/home/u/own", "/state/workspace-new"])
        #expect(
            try ["ops", "quiet"].map { agents.agentDirectory(of: try id($0), in: location) }
                == ["/state/agents/ops/agent", "/keys"])
        let ops = try agents[id("ops")]
        #expect(ops.identity == AgentConfiguration.Identity(name: "Olga", emoji: "X"))
        #expect(ops.tools.deny == ["exec"] && ops.tools.allow == nil && ops.tools.workspaceOnly == nil)
        #expect(ops.mentionPatterns == ["ops"] && ops.historyLimit == 5)
        #expect(configuration.tools.workspaceOnly == false)
    }

    @Test func `Sessions start anew by channel, then by type, then in general`() throws {
        let session = try parse(
            """
            { session: { dmScope: "per-channel-peer", identityLinks: { ann: ["irc:ann", "telegram:5"] },
              reset: { mode: "idle", idleMinutes: 30 },
              resetByType: { dm: { mode: "daily", atHour: 6 }, group: { idleMinutes: 10 } },
              resetByChannel: { IRC: { mode: "daily" } } } }
            """
        ).session
        #expect(session.reset == .init(mode: .idle, idleMinutes: 30))
        #expect(session.reset(channel: "telegram", type: .direct) == .init(mode: .daily, atHour: 6))
        #expect(session.reset(channel: nil, type: .group) == .init(mode: .idle, idleMinutes: 10))
        #expect(session.reset(channel: nil, type: .thread) == .init(mode: .idle, idleMinutes: 30))
        #expect(session.reset(channel: "irc", type: .group) == .init(mode: .daily))
        #expect(session.identityLinks == [.init(name: "ann", peers: ["irc:ann", "telegram:5"])])
        #expect(try parse("{ session: { idleMinutes: 15 } }").session.reset == .init(mode: .idle, idleMinutes: 15))
        #expect(try parse("{ session: { reset: { mode: 'idle' } } }").session.reset.idleMinutes == 60)
    }

    @Test func `Providers, models and secrets are read`() throws {
        let models = try parse(
            """
            { models: { mode: "replace", providers: { local: {
              baseUrl: "http://127.0.0.1:11434/v1", apiKey: { source: "env", provider: "default", id: "LOCAL_KEY" },
              api: "openai-completions", headers: { a: "b" }, authHeader: false,
              models: [{ id: "qwen", reasoning: true, input: ["text", "image"], cost: { input: 0.5, output: 2 },
                         contextWindow: 4096, maxTokens: 9999, compat: { maxTokensField: "max_tokens" } }, { id: "b" }] } } } }
            """, environment: ["LOCAL_KEY": "k"]
        ).models
        #expect(models.mode == .replace)
        let provider = try #require(models.providers.first)
        #expect(provider.id == "local" && provider.baseURL == "http://127.0.0.1:11434/v1")
        #expect(provider.apiKey?.value?.reveal() == "k" && provider.apiKey?.variable == "LOCAL_KEY")
        #expect(provider.api == "openai-completions" && provider.auth == "api-key")
        #expect(provider.headers == ["a": "b"] && provider.authHeader == false)
        #expect(
            provider.models == [
                .init(
                    id: "qwen", name: "qwen", api: nil, reasoning: true, input: ["text", "image"],
                    cost: .init(input: 0.5, output: 2, cacheRead: 0, cacheWrite: 0), contextWindow: 4096,
                    maxTokens: 4096,
                    headers: [:], compat: ["maxTokensField": "max_tokens"]),
                .init(
                    id: "b", name: "b", api: nil, reasoning: false, input: ["text"],
                    cost: .init(input: 0, output: 0, cacheRead: 0, cacheWrite: 0), contextWindow: 200_000,
                    maxTokens: 8192,
                    headers: [:], compat: [:]),
            ])
        #expect("\(provider)".contains("\"k\"") == false)
    }

    @Test func `Bindings, commands and messages are read`() throws {
        let configuration = try parse(
            """
            { agents: { list: [{ id: "a" }] },
              bindings: [{ agentId: "A", match: { channel: "IRC", accountId: "*", peer: { kind: "dm", id: "ann" } } }],
              commands: { allowFrom: { "*": ["x", 5] }, ownerAllowFrom: [7], useAccessGroups: false },
              messages: { queue: { mode: "steer+backlog", byChannel: { IRC: "interrupt" }, debounceMsByChannel: { irc: 5 } },
                          inbound: { debounceMs: 20, byChannel: { irc: 30 } } } }
            """)
        let binding = try #require(configuration.bindings.first)
        #expect(binding.agent.rawValue == "a" && binding.channel.rawValue == "irc" && binding.account == "*")
        #expect(binding.peerKind == .direct && binding.peerID == "ann")
        #expect(configuration.commands.allowFrom == ["*": ["x", "5"]])
        #expect(configuration.commands.ownerAllowFrom == ["7"] && !configuration.commands.useAccessGroups)
        #expect(configuration.messages.queue.mode == .steerBacklog)
        #expect(configuration.messages.queue.modeByChannel == ["irc": .interrupt])
        #expect(configuration.messages.queue.debounceByChannel == ["irc": .milliseconds(5)])
        #expect(configuration.messages.inboundDebounce == .milliseconds(20))
        #expect(configuration.messages.inboundDebounceByChannel == ["irc": .milliseconds(30)])
    }

    @Test func `The mode of authentication follows the secrets`() throws {
        func mode(_ auth: String) throws -> GatewayConfiguration.AuthMode {
            try parse("{ gateway: { auth: \(auth) } }").gateway.auth.effectiveMode
        }
        #expect(try mode("{}") == .token)
        #expect(try mode("{ token: 'a', password: 'b' }") == .token)
        #expect(try mode("{ password: 'b' }") == .password)
        #expect(try mode("{ mode: 'none', token: 'a' }") == GatewayConfiguration.AuthMode.none)
        #expect(try parse("{ gateway: { controlUi: { basePath: 'ui//x/' } } }").gateway.controlUI.basePath == "/ui/x")
    }
}
