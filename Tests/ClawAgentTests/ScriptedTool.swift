import ClawCore
import ClawSupport
import Synchronization

/// A tool that answers with what a test says, and counts its calls.
final class ScriptedTool: Tool {
    let definition: ToolDefinition
    private let calls = Mutex<[ToolInvocation]>([])
    private let answer: @Sendable (ToolInvocation) async -> ToolResult

    init(
        _ name: String, parameters: JSONObject = ["type": "object", "properties": ["text": ["type": "string"]]],
        _ answer: @escaping @Sendable (ToolInvocation) async -> ToolResult = { _ in .text("done") }
    ) {
        definition = ToolDefinition(
            name: name, summary: "A tool of the test", description: "A tool of the test.", parameters: parameters,
            group: "fs")
        self.answer = answer
    }

    var invocations: [ToolInvocation] { calls.withLock { $0 } }

    func call(_ invocation: ToolInvocation) async -> ToolResult {
        calls.withLock { $0.append(invocation) }
        return await answer(invocation)
    }
}
