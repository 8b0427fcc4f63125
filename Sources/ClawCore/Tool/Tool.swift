package import ClawSupport

/// What a model is told about a tool.
package struct ToolDefinition: Sendable, Hashable {
    package var name: String
    /// One line for the tool list of the system prompt.
    package var summary: String
    /// What the model reads in the tool's schema.
    package var description: String
    /// JSON Schema of the arguments, an object schema.
    package var parameters: JSONObject
    /// The policy group without its prefix: `fs`, `sessions`.
    package var group: String

    package init(name: String, summary: String, description: String, parameters: JSONObject, group: String) {
        self.name = name
        self.summary = summary
        self.description = description
        self.parameters = parameters
        self.group = group
    }
}

/// Something an agent can do. A tool that fails returns a result that says so; it does not throw.
package protocol Tool: Sendable {
    var definition: ToolDefinition { get }

    /// Runs one call. Cancellation ends it early; the caller then records the call as aborted.
    func call(_ invocation: ToolInvocation) async -> ToolResult
}

/// One call of a tool, with what it may know about who called.
package struct ToolInvocation: Sendable {
    package var callID: String
    package var arguments: JSONObject
    package var agent: AgentID
    package var session: SessionKey
    package var run: RunID
    /// Absolute path of the agent's workspace.
    package var workspace: String
    /// Whether the person behind the turn owns this Gateway.
    package var senderIsOwner: Bool

    package init(
        callID: String, arguments: JSONObject, agent: AgentID, session: SessionKey, run: RunID, workspace: String,
        senderIsOwner: Bool
    ) {
        self.callID = callID
        self.arguments = arguments
        self.agent = agent
        self.session = session
        self.run = run
        self.workspace = workspace
        self.senderIsOwner = senderIsOwner
    }
}

/// What the model reads after a tool call.
package struct ToolResult: Sendable, Hashable {
    package var content: [ContentBlock]
    /// For clients and transcripts; never sent to the model.
    package var details: JSONValue?
    package var isError: Bool
    /// Set when the answer comes later: the work item whose end starts a follow-up turn.
    package var pending: WorkID?

    package init(content: [ContentBlock], details: JSONValue? = nil, isError: Bool = false, pending: WorkID? = nil) {
        self.content = content
        self.details = details
        self.isError = isError
        self.pending = pending
    }

    package static func text(_ text: String, details: JSONValue? = nil) -> ToolResult {
        ToolResult(content: [.text(text)], details: details)
    }

    package static func failure(_ message: String, details: JSONValue? = nil) -> ToolResult {
        ToolResult(content: [.text(message)], details: details, isError: true)
    }
}
