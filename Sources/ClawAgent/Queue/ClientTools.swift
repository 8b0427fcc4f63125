package import ClawCore

/// Tools that the asker runs itself: a call of one ends the turn, and its output begins another one.
package struct ClientTools: Sendable, Hashable {
    /// A definition with the name of one of the agent's own tools takes its place.
    package var definitions: [ToolDefinition]
    /// What the ids of these calls begin with. It tells of which run they are, so that an output finds its session.
    package var callPrefix: String
    /// Which of them the asker wants to be called.
    package var choice: ToolChoice
    /// Whether one answer may call several of them.
    package var allowsSeveral: Bool

    package init(
        _ definitions: [ToolDefinition], callPrefix: String, choice: ToolChoice = .auto, allowsSeveral: Bool = true
    ) {
        self.definitions = definitions
        self.callPrefix = callPrefix
        self.choice = choice
        self.allowsSeveral = allowsSeveral
    }

    /// What the model is held to, when `tools` are those of the turn. Where it has tools of its own beside several of these it
    /// cannot be held to one of these.
    func binding(among tools: [ToolDefinition]) -> ToolChoice {
        guard choice == .required else { return choice }
        if let only = definitions.first, definitions.count == 1 { return .named(only.name) }
        return tools.allSatisfy { has($0.name) } ? .required : .auto
    }

    func has(_ name: String) -> Bool { definitions.contains { $0.name == name } }

    /// The tools of a turn: its own, and these.
    func added(to own: [ToolDefinition]) -> [ToolDefinition] {
        own.filter { tool in !definitions.contains { ToolPolicy.canonical($0.name) == tool.name } } + definitions
    }

    /// The answer with the calls of these tools under ids of their own, and with one call where only one is allowed.
    func renamed(_ message: AssistantMessage) -> AssistantMessage {
        var message = message
        var number = 0
        if !allowsSeveral {
            var hasOne = false
            message.content.removeAll { block in
                guard case .toolCall(let call) = block, has(call.name) else { return false }
                defer { hasOne = true }
                return hasOne
            }
        }
        for position in message.content.indices {
            guard case .toolCall(var call) = message.content[position], has(call.name) else { continue }
            number += 1
            call.id = "\(callPrefix)_\(number)"
            message.content[position] = .toolCall(call)
        }
        return message
    }

    /// The answer with the calls of these tools alone; nil when it has none.
    func handedOver(_ message: AssistantMessage) -> AssistantMessage? {
        var message = message
        message.content.removeAll { block in
            if case .toolCall(let call) = block { !has(call.name) } else { false }
        }
        return message.toolCalls.isEmpty ? nil : message
    }
}

/// What calls of client tools returned.
package struct ClientCallOutputs: Sendable, Hashable {
    package struct Output: Sendable, Hashable {
        package var call: String
        package var text: String

        package init(call: String, text: String) {
            self.call = call
            self.text = text
        }
    }

    /// Not empty.
    package var outputs: [Output]
    /// What the person says after them; empty for nothing.
    package var text: String

    package init(_ outputs: [Output], text: String = "") {
        self.outputs = outputs
        self.text = text
    }

    /// The results for the calls that the history ends with. Outputs that it has already are passed over, since clients send a
    /// whole conversation each time; nil when it waits for none of them, or when it does not know one.
    ///
    /// - Parameter images: What came along. Where the person says nothing after the outputs they belong to the last one.
    func results(
        in history: [ModelMessage], images: [ContentBlock] = [], now: Int64
    ) -> [ToolResultMessage]? {
        var open = Self.openCalls(of: history)
        let known = Set(history.flatMap(Self.calls).map(\.id))
        var results: [ToolResultMessage] = []
        for output in outputs {
            if let position = open.firstIndex(where: { $0.id == output.call }) {
                let call = open.remove(at: position)
                results.append(
                    ToolResultMessage(
                        toolCallID: call.id, toolName: call.name, content: [.text(output.text)], isError: false,
                        timestamp: now))
            } else if !known.contains(output.call) {
                return nil
            }
        }
        if results.isEmpty { return nil }
        if text.isEmpty { results[results.count - 1].content += images }
        // Calls that the client leaves out will have no output any more.
        return results
            + open.map { call in
                ToolResultMessage(
                    toolCallID: call.id, toolName: call.name, content: [.text("The client returned no output.")],
                    isError: true, timestamp: now)
            }
    }

    private static func calls(of message: ModelMessage) -> [ToolCall] {
        if case .assistant(let message) = message { message.toolCalls } else { [] }
    }

    /// The calls of the last answer that have no result; none when something else was said since.
    private static func openCalls(of history: [ModelMessage]) -> [ToolCall] {
        var answered: Set<String> = []
        for message in history.reversed() {
            switch message {
            case .user: return []
            case .toolResult(let result): answered.insert(result.toolCallID)
            case .assistant(let message): return message.toolCalls.filter { !answered.contains($0.id) }
            }
        }
        return []
    }
}
