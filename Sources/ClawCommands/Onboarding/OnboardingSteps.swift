import ClawConfig
import ClawCore
import ClawDaemon
import ClawStore
import ClawSupport

/// The questions of the onboarding. What an option says is not asked; where nobody can be asked, what is missing is an error.
struct OnboardingSteps: Sendable {
    let options: OnboardingOptions
    let work: ModelsWorkplace
    /// False takes what the options say.
    let asks: Bool

    private var prompt: Prompt { work.context.prompt }
    private var terminal: Terminal { work.context.terminal }
    /// Where Ollama listens unless the environment says otherwise.
    private static let ollamaAddress = "http://127.0.0.1:11434"

    private var ollamaAddress: String {
        guard let host = work.context.variable("OLLAMA_HOST") else { return Self.ollamaAddress }
        return host.contains("://") ? host : "http://\(host)"
    }

    /// Decides what answers: a vendor, a server, or nothing yet.
    func chooseModel(_ plan: inout OnboardingPlan) async throws {
        let local = try options.choice() == nil && asks ? await LocalOllama.models(at: ollamaAddress) : []
        plan.choice = try options.choice() ?? (asks ? try ask(local) : .skip)
        switch plan.choice {
        case .skip: break
        case .vendor(let vendor): try chooseVendor(vendor, .apiKey, &plan)
        case .anthropicToken: try chooseVendor("anthropic", .token, &plan)
        case .custom: try chooseServer(&plan)
        case .ollama:
            let models = local.isEmpty ? await LocalOllama.models(at: ollamaAddress) : local
            try chooseOllama(models, &plan)
        }
        if let model = options.model { plan.model = model }
    }

    private func ask(_ local: [String]) throws -> AuthChoice {
        var choices: [(String, AuthChoice)] = [
            ("Anthropic, with a key", .vendor("anthropic")), ("OpenAI, with a key", .vendor("openai")),
            ("OpenRouter, with a key", .vendor("openrouter")),
            ("A server of your own that speaks OpenAI's or Anthropic's protocol", .custom),
            ("Nothing yet: a script answers until then", .skip),
        ]
        if local.isEmpty {
            choices.insert(("Ollama on this machine (it does not answer now)", .ollama), at: 4)
        } else {
            choices.insert(("Ollama on this machine (\(local.count) models)", .ollama), at: 0)
        }
        return choices[try prompt.choice("What shall answer?", choices.map(\.0), on: terminal)].1
    }

    private func chooseVendor(
        _ vendor: String, _ kind: AuthProfiles.Kind, _ plan: inout OnboardingPlan
    ) throws {
        guard let access = work.overview.access(to: vendor) else {
            throw ClawError(.notFound, "There is no model vendor \"\(vendor)\".")
        }
        if let key = options.key(of: vendor) {
            plan.key = try stored(key, vendor, kind)
        } else if access.hasKey {
            if asks { terminal.line("The key of \(access.name) is taken from \(access.source).") }
        } else if options.secretInputMode == "ref" {
            throw ClawError(
                .invalidRequest, "The environment holds no key of \(access.name).",
                hint: "Set it (\(access.source)), here and for the Gateway.")
        } else if asks {
            plan.key = try stored(try prompt.secret("Key of \(access.name)", on: terminal), vendor, kind)
        } else {
            throw ClawError(
                .invalidRequest, "There is no key of \(access.name).",
                hint: "Give it with --token, or in the environment (\(access.source)).")
        }
        if let model = access.defaultModel {
            plan.model = "\(vendor)/\(model)"
        } else if options.model == nil, asks {
            plan.model = "\(vendor)/\(try prompt.text("Which of its models", on: terminal))"
        }
    }

    private func stored(
        _ secret: Redacted, _ vendor: String, _ kind: AuthProfiles.Kind
    ) throws(ClawError) -> OnboardingPlan.Key {
        var key = OnboardingPlan.Key(provider: vendor, kind: kind, secret: secret)
        if let profile = options.tokenProfileID {
            guard profile.hasPrefix("\(vendor):"), profile.count > vendor.count + 1 else {
                throw ClawError(
                    .invalidRequest, "\"\(profile)\" is no profile of \(vendor).", hint: "Write \(vendor):<name>.")
            }
            key.profile = profile
        }
        if let text = options.tokenExpiresIn, let length = DurationText.milliseconds(text, unit: .days) {
            key.expires = work.context.time.nowMilliseconds + length
        }
        return key
    }

    private func chooseServer(_ plan: inout OnboardingPlan) throws {
        func value(_ option: String?, _ flag: String, _ question: String) throws -> String {
            if let option { return option }
            if asks { return try prompt.text(question, on: terminal) }
            throw ClawError(.invalidRequest, "A server of your own needs \(flag).", hint: "Give it with \(flag).")
        }
        let url = try value(options.customBaseURL, "--custom-base-url", "Its address, such as http://127.0.0.1:8000/v1")
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw ClawError(.invalidRequest, "\"\(url)\" is no address.", hint: "Write http://host:port/v1.")
        }
        let model = try value(options.customModelID, "--custom-model-id", "The name of the model there")
        plan.server = OnboardingPlan.Server(
            provider: options.customProviderID.lowercased(), baseURL: url,
            api: options.customCompatibility == "anthropic" ? "anthropic-messages" : "openai-completions",
            models: [model])
        if let key = options.customAPIKey {
            plan.key = OnboardingPlan.Key(
                provider: options.customProviderID.lowercased(), kind: .apiKey, secret: Redacted(key))
        } else if asks, try prompt.confirm("Does it want a key?", initially: false, on: terminal) {
            plan.key = OnboardingPlan.Key(
                provider: options.customProviderID.lowercased(), kind: .apiKey,
                secret: try prompt.secret("Key", on: terminal))
        }
        plan.model = "\(options.customProviderID.lowercased())/\(model)"
    }

    private func chooseOllama(_ models: [String], _ plan: inout OnboardingPlan) throws {
        let wanted =
            options.customModelID ?? options.model.map { $0.hasPrefix("ollama/") ? String($0.dropFirst(7)) : $0 }
        if models.isEmpty, wanted == nil, !asks {
            throw ClawError(
                .unavailable, "Ollama does not answer at \(ollamaAddress), or has no model.",
                hint: "Start it and pull one (`ollama pull qwen3`), or name the model with --custom-model-id.")
        }
        let model: String
        if let wanted {
            model = wanted
        } else if asks, models.count > 1 {
            model = models[try prompt.choice("Which model?", models, on: terminal)]
        } else if let only = models.first {
            model = only
        } else {
            model = try prompt.text("The name of the model", initially: "qwen3", on: terminal)
        }
        plan.server = OnboardingPlan.Server(
            provider: "ollama", baseURL: "\(ollamaAddress)/v1", api: "openai-completions",
            models: models.contains(model) || models.isEmpty ? (models.isEmpty ? [model] : models) : [model] + models)
        plan.model = "ollama/\(model)"
    }

    /// Decides where the agent works.
    func chooseWorkspace(_ plan: inout OnboardingPlan) throws {
        guard asks, options.flow != "quickstart", plan.workspace == nil else { return }
        let present = work.agents.workspace(of: work.agents.defaultID, in: work.installation.location)
        let answer = try prompt.text("Where does the agent work", initially: present, on: terminal)
        if answer != present { plan.workspace = answer }
    }

    /// Decides where the Gateway listens.
    func chooseGateway(_ plan: inout OnboardingPlan) throws {
        guard asks, options.flow != "quickstart", plan.port == nil else { return }
        let present = work.installation.snapshot.configuration.gateway.port
        while true {
            let answer = try prompt.text("The Gateway's port", initially: "\(present)", on: terminal)
            guard let port = Int(answer), (1...65535).contains(port) else {
                terminal.line("A port is a number from 1 to 65535.")
                continue
            }
            if port != present { plan.port = port }
            return
        }
    }
}
