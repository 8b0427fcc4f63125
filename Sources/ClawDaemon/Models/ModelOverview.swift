import ClawAgent
package import ClawConfig
package import ClawCore
import ClawProviders
package import ClawSupport

/// The models of an installation as the Gateway would see them, for commands that run without one.
package struct ModelOverview: Sendable {
    private let directory: ModelDirectory
    private let configuration: Configuration
    private let transport: PooledHTTPTransport

    package init(_ snapshot: ConfigSnapshot, in location: ConfigLocation, time: any TimeSource) {
        transport = PooledHTTPTransport()
        configuration = snapshot.configuration
        directory = ModelDirectory(
            snapshot, location: location, retry: RetryPolicy(attempts: 1), transport: transport, time: time,
            entropy: SystemEntropy())
    }

    /// Why the stored keys cannot be used; nil when they can.
    package var credentialProblem: ClawError? { directory.credentialProblem }

    /// The model of an agent and those that it falls back to.
    package func models(of agent: AgentID) -> (model: ModelReference, fallbacks: [ModelReference]) {
        directory.models(of: agent, configuration)
    }

    /// The described models whose vendor can be called; with `all` those of every vendor.
    package func models(all: Bool) -> [ModelDescription] {
        directory.catalog.models.filter { all || isUsable($0.reference.provider) }
    }

    /// What is known of a model; a common window for one that nobody describes.
    package func description(of reference: ModelReference) -> ModelDescription {
        directory.description(of: reference)
    }

    package func isUsable(_ provider: String) -> Bool {
        provider == "demo" || access(to: provider)?.isUsable == true
    }

    package func access(to provider: String) -> VendorAccess? { directory.registry.access(to: provider) }

    /// Every vendor that is configured or has a key, and those of `models`.
    package func accesses(including models: [ModelReference] = []) -> [VendorAccess] {
        let wanted = Set(models.map(\.provider))
        return directory.registry.accesses.filter { $0.hasKey || $0.isConfigured || wanted.contains($0.id) }
    }

    /// Every vendor that this program knows.
    package var vendors: [VendorAccess] { directory.registry.accesses }

    /// The reference for an alias, a reference or the bare name of a model. Throws `ClawError`.
    package func resolve(_ text: String) throws -> ModelReference {
        try directory.registry.resolve(text).model.reference
    }

    /// Asks the model for one word, and returns how many milliseconds that took. Throws `ProviderError` or `ClawError`.
    package func probe(_ reference: ModelReference, timeout: Duration, time: any TimeSource) async throws -> Int {
        let resolution = try directory.registry.resolve(reference)
        var model = resolution.model
        model.maxOutputTokens = 16
        let request = ModelRequest(
            model: model, system: "Answer with one word.",
            messages: [
                .user(UserMessage(content: [.text("Say OK.")], timestamp: time.nowMilliseconds))
            ],
            tools: [])
        let started = time.monotonicNanoseconds
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await resolution.provider.respond(to: request) { _ in } }
            group.addTask {
                try await time.sleep(for: timeout)
                throw ProviderError(.timeout, "The model did not answer in time.")
            }
            defer { group.cancelAll() }
            try await group.next()
        }
        return Int((time.monotonicNanoseconds - started) / 1_000_000)
    }

    /// Ends its connections.
    package func close() async {
        // Connections that do not end well end with the process.
        try? await transport.shutdown()
    }
}
