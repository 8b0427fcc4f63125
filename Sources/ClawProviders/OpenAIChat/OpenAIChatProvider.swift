package import ClawCore
import ClawSupport

/// Models behind the wire `openai-completions`: OpenAI and every server that speaks like it.
package struct OpenAIChatProvider: ModelProvider {
    package static let apiName = "openai-completions"

    package var id: String { endpoint.id }
    package var api: String { Self.apiName }
    package let models: [ModelDescription]

    private let endpoint: ProviderEndpoint
    private let dialect: OpenAIDialect
    private let entropy: any Entropy

    init(endpoint: ProviderEndpoint, models: [ModelDescription], dialect: OpenAIDialect, entropy: any Entropy) {
        self.endpoint = endpoint
        self.models = models
        self.dialect = dialect
        self.entropy = entropy
    }

    package func respond(to request: ModelRequest, emit: ([ModelEvent]) async throws -> Void) async throws {
        let key = endpoint.apiKey?.reveal() ?? ""
        let stream = OpenAIChatStream(
            vendor: endpoint.fault(for: request.model), price: request.model.price, entropy: entropy)
        try await endpoint.call(
            body: OpenAIChatRequest(request, provider: id, dialect: dialect).body,
            authorization: key.isEmpty ? [] : [("authorization", "Bearer \(key)")], stream: stream,
            model: request.model,
            emit: emit)
    }
}
