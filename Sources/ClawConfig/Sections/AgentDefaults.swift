package import ClawCore
package import ClawSupport

/// `agents.defaults`: what holds for every agent that does not say otherwise.
package struct AgentDefaults: Sendable {
    package enum TimeFormat: String, Sendable, Hashable {
        case auto
        case twelveHours = "12"
        case twentyFourHours = "24"
    }

    package enum Verbosity: String, Sendable, Hashable {
        case off
        case on
        case full
    }

    /// Answers in blocks while they are written.
    package struct BlockStreaming: Sendable, Hashable {
        package enum Break: String, Sendable, Hashable {
            case text = "text_end"
            case message = "message_end"
        }

        package enum Preference: String, Sendable, Hashable {
            case paragraph
            case newline
            case sentence
        }

        package var isOn: Bool
        package var breakAt: Break
        /// Characters.
        package var minChars: Int
        package var maxChars: Int
        package var preference: Preference
        package var coalesceMinChars: Int
        package var coalesceMaxChars: Int
        package var coalesceIdle: Duration
    }

    package struct HumanDelay: Sendable, Hashable {
        package enum Mode: String, Sendable, Hashable {
            case off
            case natural
            case custom
        }

        package var mode: Mode
        package var minimum: Duration
        package var maximum: Duration
    }

    /// An entry of `agents.defaults.models`.
    package struct Model: Sendable, Hashable {
        package var reference: String
        package var alias: String?
        /// Go into each request to the model.
        package var params: JSONObject
        package var streaming: Bool?
    }

    package var model: ModelChoice?
    /// When there are any, only these can be chosen.
    package var models: [Model]
    package var workspace: String?
    package var skipBootstrap: Bool
    package var bootstrapMaxChars: Int
    package var bootstrapTotalMaxChars: Int
    /// An IANA name; nil for the zone of the machine.
    package var userTimezone: String?
    package var timeFormat: TimeFormat
    package var contextTokens: Int?
    /// Nil leaves it to the model.
    package var thinking: ThinkingLevel?
    package var verbosity: Verbosity
    package var timeout: Duration
    package var maxConcurrent: Int
    package var blockStreaming: BlockStreaming
    package var humanDelay: HumanDelay

    init(_ reader: ConfigReader) {
        model = ModelChoice(reader.object["model"])
        models = reader.entries("models").map { name, entry in
            Model(
                reference: name, alias: entry.string("alias"), params: entry.section("params").object,
                streaming: entry.optionalBool("streaming"))
        }
        workspace = reader.string("workspace")
        skipBootstrap = reader.bool("skipBootstrap")
        bootstrapMaxChars = reader.int("bootstrapMaxChars")
        bootstrapTotalMaxChars = reader.int("bootstrapTotalMaxChars")
        userTimezone = reader.string("userTimezone")
        timeFormat = reader.choice("timeFormat") ?? .auto
        contextTokens = reader.optionalInt("contextTokens")
        thinking = reader.choice("thinkingDefault")
        verbosity = reader.choice("verboseDefault") ?? .off
        timeout = .seconds(reader.int("timeoutSeconds"))
        maxConcurrent = reader.int("maxConcurrent")
        blockStreaming = Self.blockStreaming(reader)
        let delay = reader.section("humanDelay")
        humanDelay = HumanDelay(
            mode: delay.choice("mode") ?? .off, minimum: delay.milliseconds("minMs"),
            maximum: delay.milliseconds("maxMs"))
    }

    /// The changes that let models be chosen which are not among those that may be; none where all may be.
    package func admitting(_ references: [String]) -> [ConfigEditor.Change] {
        if models.isEmpty { return [] }
        let known = Set(models.map { $0.reference.lowercased() } + models.compactMap { $0.alias?.lowercased() })
        return references.filter { !known.contains($0.lowercased()) }.map { .set(Self.modelPath($0).description, [:]) }
    }

    /// The path of a model among those that may be chosen.
    package static func modelPath(_ reference: String) -> ConfigPath {
        ConfigPath([.key("agents"), .key("defaults"), .key("models"), .key(reference)])
    }

    /// The model that an alias names, or the text itself. Case does not count.
    package func resolvingAlias(_ text: String) -> String {
        models.first { $0.alias?.lowercased() == text.lowercased() }?.reference ?? text
    }

    private static func blockStreaming(_ reader: ConfigReader) -> BlockStreaming {
        let chunk = reader.section("blockStreamingChunk")
        let coalesce = reader.section("blockStreamingCoalesce")
        return BlockStreaming(
            isOn: reader.string("blockStreamingDefault") == "on",
            breakAt: reader.choice("blockStreamingBreak") ?? .text,
            minChars: chunk.int("minChars"), maxChars: chunk.int("maxChars"),
            preference: chunk.choice("breakPreference") ?? .paragraph,
            coalesceMinChars: coalesce.optionalInt("minChars") ?? chunk.int("minChars"),
            coalesceMaxChars: coalesce.optionalInt("maxChars") ?? chunk.int("maxChars"),
            coalesceIdle: coalesce.milliseconds("idleMs"))
    }
}
