package import ClawCore

/// What the configuration says about one agent, as a snapshot that is read once at the start of each turn.
package struct AgentSettings: Sendable, Hashable {
    package var id: AgentID
    /// The name of the agent for the system prompt; nil when none is configured.
    package var name: String?
    /// Absolute path.
    package var workspace: String
    package var model: ModelReference
    /// Tried in order when `model` fails.
    package var fallbacks: [ModelReference]
    /// How long a run may take; nil is without end.
    package var timeout: Duration?
    /// How long one tool call may take.
    package var toolTimeout: Duration
    /// Nil leaves the choice to the model's own default: `low` for reasoning models, else `off`.
    package var thinking: ThinkingLevel?
    package var tools: ToolPolicy
    /// Characters of one workspace file in the prompt.
    package var bootstrapFileLimit: Int
    /// Characters of all workspace files in the prompt.
    package var bootstrapTotalLimit: Int
    /// How many user turns of a direct chat the model sees; nil for all that fit.
    package var directHistoryLimit: Int?
    /// The person's time zone, an IANA name; nil for the zone of the machine.
    package var timeZone: String?
    /// How often a model may call tools before the run must end.
    package var maximumToolRounds: Int
    /// Nil for none.
    package var responsePrefix: ResponsePrefix?
    /// The window of models that no provider describes, in tokens; also a ceiling for the ones that do.
    package var contextTokens: Int?

    package init(id: AgentID, workspace: String, model: ModelReference, fallbacks: [ModelReference] = []) {
        self.id = id
        self.workspace = workspace
        self.model = model
        self.fallbacks = fallbacks
        timeout = .seconds(600)
        toolTimeout = .seconds(600)
        tools = ToolPolicy()
        bootstrapFileLimit = 20_000
        bootstrapTotalLimit = 150_000
        maximumToolRounds = 100
    }
}
