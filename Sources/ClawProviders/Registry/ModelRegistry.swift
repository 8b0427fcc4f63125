package import ClawCore
package import ClawSupport

/// What a registry of models is built from.
package struct ModelRegistrySettings: Sendable {
    /// From configuration, one for each entry of `models.providers`.
    package var providers: [ProviderSettings]
    /// The environment of the process; only names of keys are looked up.
    package var environment: [String: String]
    /// Stored keys by provider id; they come before the environment.
    package var credentials: [String: ModelCredential]
    /// Alias to model reference.
    package var aliases: [String: String]
    /// The configured model: an alias or a reference; nil chooses by the keys that are there.
    package var primary: String?
    /// False hides the built-in catalogue: `models.mode` is `replace`.
    package var mergesCatalogue: Bool
    package var retry: RetryPolicy

    package init(
        providers: [ProviderSettings] = [], environment: [String: String] = [:],
        credentials: [String: ModelCredential] = [:], aliases: [String: String] = [:],
        primary: String? = nil, mergesCatalogue: Bool = true, retry: RetryPolicy = RetryPolicy()
    ) {
        self.providers = providers
        self.environment = environment
        self.credentials = Dictionary(
            credentials.map { (CompatibleVendors.canonicalID($0.key.lowercased()), $0.value) }
        ) { first, _ in first }
        self.aliases = aliases
        self.primary = primary
        self.mergesCatalogue = mergesCatalogue
        self.retry = retry
    }
}

/// Every model that can be chosen. A value: a new configuration is a new registry over the same transport.
///
/// Keys are taken in this order: stored profile, environment, configuration.
package struct ModelRegistry: Sendable {
    /// A model and who runs it.
    package struct Resolution: Sendable {
        package var provider: any ModelProvider
        package var model: ModelDescription
    }

    private let settings: ModelRegistrySettings
    private let configured: [String: ProviderSettings]
    private let transport: any HTTPTransport
    private let time: any TimeSource
    private let entropy: any Entropy

    package init(
        _ settings: ModelRegistrySettings, transport: any HTTPTransport, time: any TimeSource = SystemTimeSource(),
        entropy: any Entropy = SystemEntropy()
    ) {
        self.settings = settings
        var configured: [String: ProviderSettings] = [:]
        for provider in settings.providers {
            configured[CompatibleVendors.canonicalID(provider.id.lowercased())] = provider
        }
        self.configured = configured
        self.transport = transport
        self.time = time
        self.entropy = entropy
    }

    /// The models that are described: those of configuration, then those of the catalogue whose vendor can be called,
    /// then the demo.
    package var models: [ModelDescription] {
        var result: [ModelDescription] = []
        for provider in settings.providers { result += models(of: provider.id) }
        if settings.mergesCatalogue {
            for vendor in CompatibleVendors.all where configured[vendor.id] == nil && key(of: vendor) != nil {
                result += models(of: vendor.id)
            }
        }
        return result + DemoProvider().models
    }

    /// The model for `text`: an alias, a reference `provider/model`, or the bare name of an Anthropic model. A bare name must be
    /// one that is known or could be one of them, since any word could be meant. Throws `ClawError` and says which names there
    /// are.
    package func resolve(_ text: String) throws -> Resolution {
        let alias = settings.aliases.first { $0.key.lowercased() == text.lowercased() }?.value
        let name = alias ?? text
        guard let reference = ModelReference(name.contains("/") ? name : "anthropic/\(name)"),
            name.contains("/") || name.lowercased().hasPrefix("claude")
                || models(of: "anthropic").contains(where: { $0.reference == reference })
        else {
            throw ClawError(
                .invalidRequest, "\"\(text)\" is not a model.",
                hint: "Write provider/model, such as openai/gpt-5.2, with one of these providers: \(knownIDs).")
        }
        return try resolve(reference)
    }

    package func resolve(_ reference: ModelReference) throws -> Resolution {
        let id = CompatibleVendors.canonicalID(reference.provider)
        if let api = configured[id]?.api, Wire(api) == nil {
            throw ClawError(
                .configInvalid,
                "The provider \(id) is configured with the API \(api), which this Gateway does not speak.",
                hint: "Set models.providers.\(id).api to openai-completions or anthropic-messages.")
        }
        guard let provider = provider(id) else {
            throw ClawError(
                .notFound, "There is no model provider \"\(reference.provider)\".",
                hint: "Set models.providers.\(reference.provider).baseUrl, or choose one of: \(knownIDs).")
        }
        let reference = ModelReference(provider: id, model: reference.model)
        let described = provider.models.first { $0.reference == reference }
        if let described { return Resolution(provider: provider, model: described) }
        if id == DemoProvider.providerID {
            throw ClawError(
                .notFound, "There is no model \(reference).", hint: "The demo has one model: \(DemoProvider.reference)."
            )
        }
        return Resolution(provider: provider, model: ModelCatalogue.unknown(reference))
    }

    /// The model of an agent that names none: the configured one; else that of the first vendor whose key is in the
    /// environment; else the first configured model; else the demo.
    package var defaultModel: ModelReference {
        // A primary that does not exist is reported where it is used; here it must not hide the models that do.
        if let primary = settings.primary, let resolution = try? resolve(primary) {
            return resolution.model.reference
        }
        for vendor in CompatibleVendors.all {
            if let model = vendor.defaultModel, key(of: vendor) != nil {
                return ModelReference(provider: vendor.id, model: model)
            }
        }
        return settings.providers.lazy.compactMap(\.models.first?.reference).first ?? DemoProvider.reference
    }

    /// Every provider that can be named: configured ones, known vendors and the demo, sorted by id.
    package var providers: [any ModelProvider] { ids.compactMap(provider) }

    private var ids: [String] {
        Set(configured.keys).union(CompatibleVendors.all.map(\.id)).union([DemoProvider.providerID]).sorted()
    }

    private var knownIDs: String { ids.joined(separator: ", ") }
}

extension ModelRegistry {
    /// How a configured API is spoken. The values of `models.providers.<id>.api` that have no case are not spoken.
    private enum Wire {
        case messages
        case completions
        /// `openai-completions` below `/v1`, also where the address leaves that out.
        case versionedCompletions

        init?(_ api: String) {
            switch api {
            case AnthropicProvider.apiName: self = .messages
            // Servers that offer `responses` offer the older form too.
            case OpenAIChatProvider.apiName, "openai-responses": self = .completions
            case "ollama": self = .versionedCompletions
            default: return nil
            }
        }

        func url(base: String) -> String {
            switch self {
            case .messages: ProviderEndpoint.url(base: base, version: "v1", path: "messages")
            case .completions: ProviderEndpoint.url(base: base, version: "", path: "chat/completions")
            case .versionedCompletions: ProviderEndpoint.url(base: base, version: "v1", path: "chat/completions")
            }
        }
    }

    /// The provider with this id; nil when nothing is known of it, or its API is not spoken. Cheap: nothing is
    /// connected.
    package func provider(_ id: String) -> (any ModelProvider)? {
        let id = CompatibleVendors.canonicalID(id)
        if id == DemoProvider.providerID { return DemoProvider() }
        let vendor = CompatibleVendors.vendor(id)
        let settings = configured[id] ?? vendor.map { ProviderSettings(id: $0.id) }
        guard let settings, let base = settings.baseURL ?? vendor?.baseURL,
            let wire = Wire(settings.api ?? vendor?.api ?? OpenAIChatProvider.apiName)
        else { return nil }
        let found = credential(settings, vendor: vendor)
        let endpoint = ProviderEndpoint(
            id: id, name: vendor?.name ?? id, url: wire.url(base: base), apiKey: found.key, keySource: found.source,
            // Somebody who gives an address of their own may run a server that wants no key.
            requiresKey: settings.baseURL == nil && !(vendor?.isKeyless ?? true), headers: settings.headers,
            connectTimeout: settings.connectTimeout, idleTimeout: settings.idleTimeout, transport: transport)
        return RetryingProvider(
            call(endpoint, wire: wire, settings: settings, vendor: vendor), policy: self.settings.retry, time: time,
            entropy: entropy)
    }

    private func call(
        _ endpoint: ProviderEndpoint, wire: Wire, settings: ProviderSettings, vendor: KnownVendor?
    ) -> any ModelProvider {
        let models = models(of: endpoint.id)
        if case .messages = wire {
            return AnthropicProvider(endpoint: endpoint, models: models, bearer: settings.authHeader)
        }
        let compatibility = settings.compatibility.filled(from: vendor?.compatibility ?? OpenAICompatibility())
        return OpenAIChatProvider(
            endpoint: endpoint, models: models, dialect: OpenAIDialect(compatibility, url: endpoint.url),
            entropy: entropy)
    }

    /// What is needed to call a vendor, and whether it is there; nil for one that is not known.
    package func access(to id: String) -> VendorAccess? {
        let id = CompatibleVendors.canonicalID(id.lowercased())
        let vendor = CompatibleVendors.vendor(id)
        guard id != DemoProvider.providerID, vendor != nil || configured[id] != nil else { return nil }
        let settings = configured[id] ?? ProviderSettings(id: id)
        let found = credential(settings, vendor: vendor)
        return VendorAccess(
            id: id, name: vendor?.name ?? id, hasKey: found.key?.isEmpty == false, source: found.source,
            requiresKey: settings.baseURL == nil && !(vendor?.isKeyless ?? true), isConfigured: configured[id] != nil,
            isLocal: vendor?.isKeyless ?? isLoopback(settings.baseURL), defaultModel: vendor?.defaultModel)
    }

    private func isLoopback(_ url: String?) -> Bool {
        guard let url, let start = url.firstRange(of: "://")?.upperBound else { return false }
        let host = url[start...].prefix { $0 != "/" && $0 != ":" }
        return host == "localhost" || host.hasPrefix("127.") || url[start...].hasPrefix("[::1]")
    }

    /// What is needed to call each vendor that can be named, sorted by id.
    package var accesses: [VendorAccess] { ids.compactMap(access) }

    /// The key and where it comes from. Without a key the source says where one can be put.
    private func credential(_ settings: ProviderSettings, vendor: KnownVendor?) -> (key: Redacted?, source: String) {
        if let stored = self.settings.credentials[CompatibleVendors.canonicalID(settings.id.lowercased())] {
            return (stored.secret, stored.source)
        }
        if let vendor, let found = environmentKey(of: vendor) { return found }
        if let key = settings.apiKey, !key.isEmpty { return (key, settings.keySource) }
        let path = "models.providers.\(settings.id).apiKey"
        return (nil, (vendor?.keyVariables.last).map { "\($0) or \(path)" } ?? path)
    }

    private func environmentKey(of vendor: KnownVendor) -> (key: Redacted?, source: String)? {
        for name in vendor.keyVariables {
            if let value = settings.environment[name], !value.isEmpty { return (Redacted(value), name) }
        }
        return nil
    }

    private func key(of vendor: KnownVendor) -> Redacted? {
        settings.credentials[vendor.id]?.secret ?? environmentKey(of: vendor)?.key
    }

    /// The described models of one provider: those of configuration, and those of the catalogue that it does not
    /// redefine.
    private func models(of id: String) -> [ModelDescription] {
        let id = CompatibleVendors.canonicalID(id.lowercased())
        var models = configured[id]?.models ?? []
        if !settings.mergesCatalogue { return models }
        let defined = Set(models.map(\.reference))
        models += ModelCatalogue.all.filter { $0.reference.provider == id && !defined.contains($0.reference) }
        return models
    }
}
