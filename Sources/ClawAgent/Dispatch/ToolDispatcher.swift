package import ClawCore
package import ClawSupport
import Synchronization

/// The one way to run a tool. Whoever calls a tool comes through here: policy, argument check, time limit and result
/// limit stand in this order and nowhere else. It never throws; what goes wrong is a result that the model reads.
package final class ToolDispatcher: Sendable {
    /// How often each judgement was made since the start.
    package struct Counters: Sendable, Hashable {
        package var checked = 0
        package var denied = 0
        package var executed = 0

        package init(checked: Int = 0, denied: Int = 0, executed: Int = 0) {
            self.checked = checked
            self.denied = denied
            self.executed = executed
        }
    }

    package let table: ToolTable
    private let time: any TimeSource
    private let counters = Mutex(Counters())

    package init(table: ToolTable, time: any TimeSource) {
        self.table = table
        self.time = time
    }

    package var counts: Counters { counters.withLock { $0 } }

    /// What a turn offers its model.
    package func definitions(policy: ToolPolicy, senderIsOwner: Bool) -> [ToolDefinition] {
        table.definitions(allowedBy: policy, senderIsOwner: senderIsOwner)
    }

    /// Runs one call. `limit` is the most characters of text that the result may have.
    package func dispatch(
        _ name: String, _ invocation: ToolInvocation, policy: ToolPolicy, timeout: Duration, limit: Int
    ) async -> ToolResult {
        if let refusal = refusal(of: name, invocation, policy: policy) { return refusal }
        guard let tool = table[name] else { return Self.unknown(name, table: table) }
        var invocation = invocation
        invocation.arguments = ArgumentSchema.withoutAliases(invocation.arguments, schema: tool.definition.parameters)
        let problems = ArgumentSchema.problems(in: invocation.arguments, schema: tool.definition.parameters)
        if !problems.isEmpty {
            return .failure("The arguments of \(name) do not fit its schema: \(problems.joined(separator: " "))")
        }
        counters.withLock { $0.executed += 1 }
        return Self.limited(await timed(tool, invocation, timeout: timeout), limit: limit)
    }

    /// The answer to a call that policy forbids; nil when it may go on.
    private func refusal(of name: String, _ invocation: ToolInvocation, policy: ToolPolicy) -> ToolResult? {
        let objection = policy.resolved(for: table.names)
            .objection(to: name, senderIsOwner: invocation.senderIsOwner)
        counters.withLock {
            $0.checked += 1
            if objection != nil { $0.denied += 1 }
        }
        return objection.map { .failure("The tool \(name) is not available in this turn: \($0).") }
    }

    private static func unknown(_ name: String, table: ToolTable) -> ToolResult {
        let names = table.tools.map(\.definition.name).joined(separator: ", ")
        return .failure("There is no tool named \"\(name)\". Tools: \(names).")
    }

    private func timed(_ tool: any Tool, _ invocation: ToolInvocation, timeout: Duration) async -> ToolResult {
        let time = time
        let result = await withTaskGroup(of: ToolResult?.self) { group -> ToolResult? in
            group.addTask { await tool.call(invocation) }
            group.addTask {
                // Cancelled when the tool was faster.
                do { try await time.sleep(for: timeout) } catch { return nil }
                return .failure("The tool did not finish within \(timeout.components.seconds) seconds and was ended.")
            }
            defer { group.cancelAll() }
            for await result in group {
                if let result { return result }
            }
            return nil
        }
        return result ?? .failure("The call was aborted.")
    }

    /// Cuts text that is longer than the model should read, keeping start and end.
    static func limited(_ result: ToolResult, limit: Int) -> ToolResult {
        let total = result.content.reduce(0) { $0 + ($1.plainText?.utf8.count ?? 0) }
        guard total > limit else { return result }
        var room = limit
        var content: [ContentBlock] = []
        for block in result.content {
            guard case .text(let text) = block else {
                content.append(block)
                continue
            }
            let kept = TextCut.middle(text, limit: room, name: "result")
            room = max(0, room - kept.utf8.count)
            content.append(.text(kept))
        }
        var result = result
        result.content = content
        return result
    }
}
