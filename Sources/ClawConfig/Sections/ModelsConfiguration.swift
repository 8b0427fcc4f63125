package import ClawSupport

/// `models`: the services that answer, besides the built-in ones or instead of them.
package struct ModelsConfiguration: Sendable {
    package enum Mode: String, Sendable, Hashable {
        case merge
        case replace
    }

    package struct Cost: Sendable, Hashable {
        /// US dollars per million tokens.
        package var input: Double
        package var output: Double
        package var cacheRead: Double
        package var cacheWrite: Double
    }

    package struct Model: Sendable, Hashable {
        package var id: String
        package var name: String
        /// The wire protocol, when it is another than the provider's.
        package var api: String?
        package var reasoning: Bool
        package var input: [String]
        /// Nil when the file does not say what the model costs, which is not the same as nothing.
        package var cost: Cost?
        /// In tokens.
        package var contextWindow: Int
        package var maxTokens: Int
        package var headers: [String: String]
        package var compat: JSONObject
    }

    package struct Provider: Sendable {
        /// The name before the `/` of a model reference, as the file writes it.
        package var id: String
        package var baseURL: String?
        package var apiKey: ConfigSecret?
        /// `api-key`, `aws-sdk`, `oauth` or `token`.
        package var auth: String
        /// The wire protocol, such as `openai-completions`.
        package var api: String?
        /// May hold secrets: never logged.
        package var headers: [String: String]
        package var authHeader: Bool?
        package var models: [Model]
    }

    package var mode: Mode
    /// In the order of the file.
    package var providers: [Provider]

    init(_ reader: ConfigReader, _ sources: SecretSources) {
        mode = reader.choice("mode") ?? .merge
        providers = reader.entries("providers").map { name, entry in
            Provider(
                id: name, baseURL: entry.string("baseUrl"),
                apiKey: ConfigSecret(entry.object["apiKey"], sources), auth: entry.string("auth") ?? "api-key",
                api: entry.string("api"), headers: entry.map("headers", \.stringValue),
                authHeader: entry.optionalBool("authHeader"), models: entry.elements("models").compactMap(Self.model))
        }
    }

    private static func model(_ reader: ConfigReader) -> Model? {
        guard let id = reader.string("id") else { return nil }
        let cost = reader.section("cost")
        let window = reader.int("contextWindow")
        return Model(
            id: id, name: reader.string("name") ?? id, api: reader.string("api"), reasoning: reader.bool("reasoning"),
            input: reader.strings("input"),
            cost: reader.object["cost"] == nil
                ? nil
                : Cost(
                    input: cost.double("input"), output: cost.double("output"), cacheRead: cost.double("cacheRead"),
                    cacheWrite: cost.double("cacheWrite")),
            contextWindow: window, maxTokens: min(reader.optionalInt("maxTokens") ?? 8192, window),
            headers: reader.map("headers", \.stringValue), compat: reader.section("compat").object)
    }
}
