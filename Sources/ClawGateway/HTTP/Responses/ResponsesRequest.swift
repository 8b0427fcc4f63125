import ClawConfig
import ClawSupport

/// The body of `POST /v1/responses` (gateway-http §4.2), read strictly: what could change an answer and is not supported is
/// refused, and what is only a hint is taken without use. Pure.
struct ResponsesRequest: Sendable, Hashable {
    var model: String
    var input: ResponsesInput
    var instructions: String?
    var isStream: Bool
    var maximumOutputTokens: Int?
    var user: String?
    /// The answer that this one continues.
    var previousResponse: String?
    /// Given back with the answer.
    var metadata: JSONObject
    /// Functions that the caller runs.
    var tools: OpenAITools

    init(_ body: JSONObject, _ settings: GatewayConfiguration.Responses) throws(HTTPProblem) {
        var reader = try BodyReader(.object(body), at: "")
        model = try reader.requiredString("model")
        instructions = try reader.string("instructions")
        isStream = try reader.bool("stream") ?? false
        maximumOutputTokens = try reader.count("max_output_tokens")
        user = try reader.string("user").flatMap { $0.isEmpty ? nil : $0 }
        previousResponse = try reader.string("previous_response_id")
        metadata = try Self.metadata(&reader)
        tools = try OpenAITools(
            tools: reader.value("tools"), choice: reader.value("tool_choice"),
            parallel: reader.value("parallel_tool_calls"))
        try Self.checkHints(&reader)
        guard let input = reader.value("input") else { throw reader.fault("input", "is required") }
        try reader.finish()
        self.input = try ResponsesInput(input, settings)
    }

    /// What is asked, with what the model is told besides; nil when there is nothing to answer.
    var conversation: OpenAIConversation? {
        OpenAIConversation(
            system: [instructions ?? ""] + input.system + input.files.map(\.section), lines: input.lines)
    }

    private static func metadata(_ reader: inout BodyReader) throws(HTTPProblem) -> JSONObject {
        guard let value = reader.value("metadata") else { return [:] }
        guard let object = value.objectValue, object.values.allSatisfy({ $0.stringValue != nil }) else {
            throw reader.fault("metadata", "must be an object of strings")
        }
        return object
    }

    /// Parameters that have no use here (gateway-http §4.2), and those of newer clients that may be there as long as they ask
    /// for nothing that is missing.
    private static func checkHints(_ reader: inout BodyReader) throws(HTTPProblem) {
        _ = try reader.count("max_tool_calls")
        try reader.number("temperature")
        try reader.number("top_p")
        _ = try reader.bool("store")
        _ = try reader.choice("truncation", ["auto", "disabled"])
        if let value = reader.value("reasoning") {
            var reasoning = try BodyReader(value, at: "reasoning")
            _ = try reasoning.string("effort")
            _ = try reasoning.string("summary")
            reasoning.skip("generate_summary")
            try reasoning.finish()
        }
        reader.skip(
            "include", "prompt_cache_key", "prompt_cache_retention", "safety_identifier",
            "service_tier", "stream_options", "top_logprobs")
        if try reader.bool("background") ?? false { throw reader.fault("background", "is not supported") }
        if let text = reader.value("text"), let format = text["format"], format["type"] != "text" {
            throw reader.fault("text.format", "only text is supported")
        }
    }
}
