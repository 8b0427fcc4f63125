import ClawCore
import ClawSupport
import Testing

@testable import ClawProviders

/// A transport that keeps what it is asked to send and answers with nothing.
private struct ScriptedTransport: HTTPTransport {
    let requests: @Sendable (OutgoingRequest) -> Void

    func send(
        _ request: OutgoingRequest, connectTimeout: Duration, idleTimeout: Duration,
        receive: (IncomingHead, [UInt8]) async throws -> Void
    ) async throws {
        requests(request)
        try await receive(IncomingHead(status: 418, headers: [:]), [])
    }
}

@Suite struct ModelRegistryTests {
    private func registry(
        _ providers: [ProviderSettings] = [], environment: [String: String] = [:], aliases: [String: String] = [:],
        primary: String? = nil, mergesCatalogue: Bool = true
    ) -> ModelRegistry {
        ModelRegistry(
            ModelRegistrySettings(
                providers: providers, environment: environment, aliases: aliases, primary: primary,
                mergesCatalogue: mergesCatalogue),
            transport: ScriptedTransport { _ in })
    }

    /// The request that a call of `model` sends, or the error that stops it before.
    private func sent(
        _ model: String, _ providers: [ProviderSettings] = [], environment: [String: String] = [:],
        credentials: [String: ModelCredential] = [:]
    ) async throws -> OutgoingRequest {
        let (requests, sent) = AsyncStream.makeStream(of: OutgoingRequest.self, bufferingPolicy: .bufferingNewest(1))
        let registry = ModelRegistry(
            ModelRegistrySettings(
                providers: providers, environment: environment, credentials: credentials,
                retry: RetryPolicy(attempts: 1)),
            transport: ScriptedTransport { sent.yield($0) })
        let resolution = try registry.resolve(model)
        let request = ModelRequest(model: resolution.model, system: "", messages: [], tools: [])
        do {
            try await resolution.provider.respond(to: request) { _ in }
        } catch let error as ProviderError where error.status == 418 {
            sent.finish()
        }
        for await request in requests { return request }
        throw CancellationError()
    }

    private func header(_ name: String, _ request: OutgoingRequest) -> String? {
        request.headers.first { $0.name == name }?.value
    }

    @Test(arguments: [
        ("anthropic/claude-opus-4-6", "anthropic/claude-opus-4-6"), ("claude-opus-4-6", "anthropic/claude-opus-4-6"),
        ("OpenAI/gpt-5.2", "openai/gpt-5.2"), ("z.ai/glm-4.7", "zai/glm-4.7"), ("fast", "groq/openai/gpt-oss-120b"),
        ("FAST", "groq/openai/gpt-oss-120b"), ("openrouter/a/b", "openrouter/a/b"), ("demo/scripted", "demo/scripted"),
        ("ollama/qwen3", "ollama/qwen3"),
    ])
    func resolves(text: String, reference: String) throws {
        let registry = registry(aliases: ["Fast": "groq/openai/gpt-oss-120b"])
        let resolution = try registry.resolve(text)
        #expect(resolution.model.reference.description == reference)
        #expect(resolution.provider.id == resolution.model.reference.provider)
    }

    @Test func assumesTheUsualOfUnknownModels() throws {
        let model = try registry().resolve("openai/gpt-9").model
        #expect(
            model
                == ModelDescription(
                    reference: ModelReference(provider: "openai", model: "gpt-9"), name: "gpt-9",
                    contextWindow: 200_000, maxOutputTokens: 8192))
    }

    /// Any word could be meant by a bare name, so it must be a name of Anthropic's.
    @Test func aWordIsNoModel() throws {
        for name in ["nonsense", "gpt-5.2", "", "/", "x/"] {
            let fault = try #require(throws: ClawError.self) { try registry().resolve(name) }
            #expect(fault.message == "\"\(name)\" is not a model.")
            #expect(fault.hint?.hasPrefix("Write provider/model, such as openai/gpt-5.2, with one of") == true)
        }
        #expect(try registry().resolve("claude-next").model.reference.description == "anthropic/claude-next")
    }

    @Test func refusesUnknownNames() throws {
        let unknown = try #require(throws: ClawError.self) { try registry().resolve("nowhere/m") }
        #expect(unknown.code == .notFound)
        #expect(unknown.message == "There is no model provider \"nowhere\".")
        #expect(unknown.hint?.hasPrefix("Set models.providers.nowhere.baseUrl, or choose one of: anthropic, ") == true)
        let demo = try #require(throws: ClawError.self) { try registry().resolve("demo/other") }
        #expect(demo.code == .notFound)
        #expect(demo.message == "There is no model demo/other.")
        let empty = try #require(throws: ClawError.self) { try registry().resolve("openai/") }
        #expect(empty.code == .invalidRequest)
        let address = try #require(throws: ClawError.self) { try registry().resolve("cloudflare-ai-gateway/m") }
        #expect(address.code == .notFound)
    }

    @Test func choosesTheDefault() {
        #expect(registry().defaultModel == DemoProvider.reference)
        #expect(registry(primary: "openai/gpt-4o").defaultModel.description == "openai/gpt-4o")
        #expect(registry(primary: "nowhere/m").defaultModel == DemoProvider.reference)
        let both = ["OPENAI_API_KEY": "b", "ANTHROPIC_API_KEY": "a"]
        #expect(registry(environment: both).defaultModel.description == "anthropic/claude-opus-4-6")
        let second = ["OPENAI_API_KEY": "b", "ANTHROPIC_API_KEY": "", "GROQ_API_KEY": "c"]
        #expect(registry(environment: second).defaultModel.description == "openai/gpt-5.2")
        #expect(registry(environment: ["MISTRAL_API_KEY": "x"]).defaultModel.provider == "mistral")
        let local = ProviderSettings(id: "vllm", models: [described("vllm/qwen3")])
        #expect(registry([local]).defaultModel.description == "vllm/qwen3")
        #expect(registry([local], environment: both).defaultModel.provider == "anthropic")
    }

    private func described(_ text: String) -> ModelDescription {
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        return ModelDescription(
            reference: ModelReference(provider: parts[0], model: parts[1]), name: "Described", contextWindow: 5000,
            maxOutputTokens: 500)
    }

    @Test func listsWhatCanBeChosen() {
        #expect(registry().models.map(\.reference) == [DemoProvider.reference])
        let openAI = registry(environment: ["OPENAI_API_KEY": "x"]).models
        #expect(Set(openAI.map(\.reference.provider)) == ["openai", "demo"])
        let own = ProviderSettings(id: "openai", models: [described("openai/gpt-4o"), described("openai/own")])
        let merged = registry([own], environment: ["OPENAI_API_KEY": "x"]).models
        #expect(merged.prefix(2) == [described("openai/gpt-4o"), described("openai/own")])
        #expect(merged.count { $0.reference.model == "gpt-4o" } == 1)
        let replaced = registry([own], environment: ["OPENAI_API_KEY": "x"], mergesCatalogue: false).models
        #expect(replaced.map(\.reference.description) == ["openai/gpt-4o", "openai/own", "demo/scripted"])
    }

    @Test func callsAnthropicWithItsHeaders() async throws {
        let request = try await sent("anthropic/claude-opus-4-6", environment: ["ANTHROPIC_API_KEY": "sk-1"])
        #expect(request.url == "https://api.anthropic.com/v1/messages")
        #expect(header("x-api-key", request) == "sk-1")
        #expect(header("anthropic-version", request) == "2023-06-01")
        #expect(header("authorization", request) == nil)
        #expect(header("content-type", request) == "application/json")
    }

    @Test func callsAnthropicWithAnAccount() async throws {
        let environment = ["ANTHROPIC_OAUTH_TOKEN": "token", "ANTHROPIC_API_KEY": "sk-1"]
        let request = try await sent("anthropic/claude-opus-4-6", environment: environment)
        #expect(header("authorization", request) == "Bearer token")
        #expect(header("anthropic-beta", request) == "oauth-2025-04-20")
        #expect(header("x-api-key", request) == nil)
    }

    @Test func callsCompatibleVendors() async throws {
        let request = try await sent("groq/openai/gpt-oss-120b", environment: ["GROQ_API_KEY": "gk"])
        #expect(request.url == "https://api.groq.com/openai/v1/chat/completions")
        #expect(header("authorization", request) == "Bearer gk")
        let minimax = try await sent("minimax/MiniMax-M2.5", environment: ["MINIMAX_API_KEY": "mk"])
        #expect(minimax.url == "https://api.minimax.io/anthropic/v1/messages")
        #expect(header("x-api-key", minimax) == "mk")
    }

    @Test func needsNoKeyForOwnServers() async throws {
        let ollama = try await sent("ollama/qwen3")
        #expect(ollama.url == "http://127.0.0.1:11434/v1/chat/completions")
        #expect(header("authorization", ollama) == nil)
        let own = ProviderSettings(id: "lab", baseURL: "http://10.0.0.5:9000/v1/")
        #expect(try await sent("lab/m", [own]).url == "http://10.0.0.5:9000/v1/chat/completions")
    }

    @Test func findsOllamaWithAndWithoutTheVersion() async throws {
        for address in ["http://10.0.0.5:11434", "http://10.0.0.5:11434/v1/"] {
            let known = ProviderSettings(id: "ollama", baseURL: address)
            #expect(try await sent("ollama/m", [known]).url == "http://10.0.0.5:11434/v1/chat/completions")
            let other = ProviderSettings(id: "gpu", baseURL: address, api: "ollama")
            #expect(try await sent("gpu/m", [other]).url == "http://10.0.0.5:11434/v1/chat/completions")
        }
    }

    @Test func refusesAnAPIThatIsNotSpoken() throws {
        let settings = ProviderSettings(id: "cloud", baseURL: "https://x.example", api: "bedrock-converse-stream")
        let error = try #require(throws: ClawError.self) { try registry([settings]).resolve("cloud/m") }
        #expect(error.code == .configInvalid)
        #expect(
            error.message
                == "The provider cloud is configured with the API bedrock-converse-stream, which this Gateway does not speak."
        )
        #expect(error.hint == "Set models.providers.cloud.api to openai-completions or anthropic-messages.")
    }

    @Test func saysWhichKeyIsMissingBeforeCalling() async throws {
        await #expect(
            throws: ProviderError(
                .auth, "There is no API key for OpenAI. Set OPENAI_API_KEY or models.providers.openai.apiKey.")
        ) { try await sent("openai/gpt-5.2") }
    }

    @Test func takesTheEnvironmentBeforeTheConfiguration() async throws {
        let configured = ProviderSettings(
            id: "openai", apiKey: Redacted("from-file"), keySource: "models.providers.openai.apiKey")
        let request = try await sent("openai/gpt-5.2", [configured], environment: ["OPENAI_API_KEY": "from-env"])
        #expect(header("authorization", request) == "Bearer from-env")
        let file = try await sent("openai/gpt-5.2", [configured])
        #expect(header("authorization", file) == "Bearer from-file")
    }

    @Test func sendsConfiguredHeaders() async throws {
        var settings = ProviderSettings(id: "proxy", baseURL: "https://proxy.example", api: "anthropic-messages")
        settings.apiKey = Redacted("pk")
        settings.authHeader = true
        settings.headers = [("X-Team", "blue"), ("Anthropic-Version", "2030-01-01")]
        let request = try await sent("proxy/m", [settings])
        #expect(request.url == "https://proxy.example/v1/messages")
        #expect(header("authorization", request) == "Bearer pk")
        #expect(header("x-team", request) == "blue")
        #expect(request.headers.filter { $0.name == "anthropic-version" }.map(\.value) == ["2030-01-01"])
    }

    @Test func hasOneRowForEachVendor() {
        let ids = CompatibleVendors.all.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(ids.prefix(2) == ["anthropic", "openai"])
        for vendor in CompatibleVendors.all {
            #expect(vendor.baseURL?.hasSuffix("/") != true)
            #expect(!vendor.keyVariables.isEmpty)
        }
        for model in ModelCatalogue.all {
            #expect(CompatibleVendors.vendor(model.reference.provider) != nil)
            #expect(model.maxOutputTokens <= model.contextWindow)
        }
    }

    @Test func aStoredKeyComesBeforeTheEnvironmentAndTheFile() async throws {
        let stored = ["OpenAI": ModelCredential(secret: Redacted("stored"), profile: "openai:default")]
        let file = [ProviderSettings(id: "openai", apiKey: Redacted("file"), keySource: "the file")]
        let environment = ["OPENAI_API_KEY": "environment"]
        for (credentials, key) in [(stored, "stored"), ([:], "environment")] {
            let request = try await sent(
                "openai/gpt-5.2", file, environment: environment, credentials: credentials)
            #expect(header("authorization", request) == "Bearer \(key)")
        }
        let registry = ModelRegistry(
            ModelRegistrySettings(credentials: stored), transport: ScriptedTransport { _ in })
        #expect(registry.defaultModel.description == "openai/gpt-5.2")
        #expect(registry.access(to: "openai")?.source == "the stored profile openai:default")
        #expect(registry.access(to: "anthropic")?.isUsable == false)
    }
}
