package import ClawCore
import ClawSupport

/// Models behind the wire `anthropic-messages`: Anthropic itself and the vendors that speak like it.
package struct AnthropicProvider: ModelProvider {
    package static let apiName = "anthropic-messages"
    /// The version of the wire that this code was written for.
    private static let wireVersion = "2023-06-01"
    /// Tokens of an account instead of a key begin so.
    private static let accountTokenPrefix = "sk-ant-oat"

    package var id: String { endpoint.id }
    package var api: String { Self.apiName }
    package let models: [ModelDescription]

    private let endpoint: ProviderEndpoint
    private let authorization: [(name: String, value: String)]
    private let cachesPrompt: Bool

    init(endpoint: ProviderEndpoint, models: [ModelDescription], bearer: Bool) {
        self.endpoint = endpoint
        self.models = models
        let key = endpoint.apiKey?.reveal() ?? ""
        let isAccountToken =
            key.hasPrefix(Self.accountTokenPrefix) || endpoint.keySource.hasSuffix("_OAUTH_TOKEN")
        var headers: [(name: String, value: String)] = [("anthropic-version", Self.wireVersion)]
        if isAccountToken || bearer, !key.isEmpty {
            headers.append(("authorization", "Bearer \(key)"))
            if endpoint.id == "anthropic", isAccountToken { headers.append(("anthropic-beta", "oauth-2025-04-20")) }
        } else if !key.isEmpty {
            headers.append(("x-api-key", key))
        }
        authorization = headers
        cachesPrompt = endpoint.id == "anthropic" && !isAccountToken
    }

    package func respond(to request: ModelRequest, emit: ([ModelEvent]) async throws -> Void) async throws {
        let body = AnthropicRequest(request, provider: id, cachesPrompt: cachesPrompt).body
        let stream = AnthropicStream(vendor: endpoint.fault(for: request.model), price: request.model.price)
        try await endpoint.call(
            body: body, authorization: authorization, stream: stream, model: request.model, emit: emit)
    }
}
