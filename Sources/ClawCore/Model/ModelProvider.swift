/// A model by vendor and name, written `provider/model`.
package struct ModelReference: Sendable, Hashable, CustomStringConvertible {
    package var provider: String
    package var model: String

    package init(provider: String, model: String) {
        self.provider = provider
        self.model = model
    }

    /// Splits at the first `/`; nil when a side is empty.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        self.init(provider: parts[0].lowercased(), model: String(parts[1]))
    }

    package var description: String { "\(provider)/\(model)" }
}

/// What is known about a model that can be chosen.
package struct ModelDescription: Sendable, Hashable {
    package var reference: ModelReference
    package var name: String
    /// In tokens.
    package var contextWindow: Int
    package var maxOutputTokens: Int
    package var reasoning: Bool
    package var acceptsImages: Bool
    /// US dollars for a million tokens: input, output, cache read, cache write.
    package var price: ModelPrice

    package init(
        reference: ModelReference, name: String, contextWindow: Int, maxOutputTokens: Int, reasoning: Bool = false,
        acceptsImages: Bool = false, price: ModelPrice = ModelPrice()
    ) {
        self.reference = reference
        self.name = name
        self.contextWindow = contextWindow
        self.maxOutputTokens = maxOutputTokens
        self.reasoning = reasoning
        self.acceptsImages = acceptsImages
        self.price = price
    }
}

package struct ModelPrice: Sendable, Hashable {
    package var input: Double
    package var output: Double
    package var cacheRead: Double
    package var cacheWrite: Double

    package init(input: Double = 0, output: Double = 0, cacheRead: Double = 0, cacheWrite: Double = 0) {
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
    }

    package func cost(of usage: TokenUsage) -> Double {
        (Double(usage.input) * input + Double(usage.output) * output + Double(usage.cacheRead) * cacheRead
            + Double(usage.cacheWrite) * cacheWrite) / 1_000_000
    }
}

/// How much a model thinks before it answers.
package enum ThinkingLevel: String, Sendable, Hashable, CaseIterable {
    case off
    case minimal
    case low
    case medium
    case high
    case xhigh
    case adaptive
}

/// Which tools a model may choose from.
package enum ToolChoice: Sendable, Hashable {
    /// It calls what it likes, or nothing.
    case auto
    /// It has to call at least one.
    case required
    /// It has to call this one.
    case named(String)
}

/// One call of a model.
package struct ModelRequest: Sendable, Hashable {
    package var model: ModelDescription
    package var system: String
    package var messages: [ModelMessage]
    package var tools: [ToolDefinition]
    package var toolChoice: ToolChoice
    package var thinking: ThinkingLevel

    package init(
        model: ModelDescription, system: String, messages: [ModelMessage], tools: [ToolDefinition],
        toolChoice: ToolChoice = .auto, thinking: ThinkingLevel = .off
    ) {
        self.model = model
        self.system = system
        self.messages = messages
        self.tools = tools
        self.toolChoice = toolChoice
        self.thinking = thinking
    }
}

/// A piece of an answer as it arrives.
package enum ModelEvent: Sendable, Hashable {
    case text(String)
    case thinking(String)
    case thinkingSignature(String)
    /// A tool call whose arguments are complete.
    case toolCall(ToolCall)
    /// The counts so far; a later one replaces an earlier one.
    case usage(TokenUsage)
    case finished(StopReason)
    /// What arrived so far is void: the call is being made again.
    case restarted(reason: String)
}

/// A vendor of models, or a server that speaks like one.
package protocol ModelProvider: Sendable {
    /// The name before the `/` of a model reference.
    var id: String { get }
    /// The wire family, written to transcripts: `anthropic-messages`, `openai-completions`.
    var api: String { get }
    var models: [ModelDescription] { get }

    /// Calls the model and hands its answer to `emit` in batches, one for each piece of network input; the last event is
    /// `finished`. Throws `ProviderError`, or what `emit` throws. Waits for `emit`, which is the back-pressure.
    func respond(to request: ModelRequest, emit: ([ModelEvent]) async throws -> Void) async throws
}

/// Why a model did not answer.
package struct ProviderError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Reason: String, Sendable, Hashable {
        /// 401, 403: the key is missing or wrong.
        case auth
        /// 402: out of credit.
        case billing
        /// 429, 529.
        case rateLimit = "rate_limit"
        /// Connection, deadline, 408, 502 to 504.
        case timeout
        /// Other 5xx.
        case server = "server_error"
        /// 400 and answers that cannot be read.
        case format
        case contextOverflow = "context_overflow"
        case modelNotFound = "model_not_found"
    }

    package var reason: Reason
    /// One sentence for a person, without secrets; for `auth` it names the key.
    package var message: String
    package var status: Int?
    package var retryAfter: Duration?

    package init(_ reason: Reason, _ message: String, status: Int? = nil, retryAfter: Duration? = nil) {
        self.reason = reason
        self.message = message
        self.status = status
        self.retryAfter = retryAfter
    }

    /// Whether the same call may work a little later.
    package var isTransient: Bool { reason == .rateLimit || reason == .timeout || reason == .server }

    package var description: String { message }
}
