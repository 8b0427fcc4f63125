import ArgumentParser
import ClawClient
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw agents delete`.
struct AgentsDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Take an agent out, and move what was made for it to the trash.",
        discussion: """
            The Gateway ends its runs first, so it must run. Its workspace, sessions and keys go to `trash` in the state \
            directory; a workspace that somebody else made, or that another agent uses, stays.
            """)

    @Argument(help: "The id of the agent.")
    var agent: String

    @Flag(help: "Do not ask.")
    var force = false

    @Flag(help: "Leave its folders where they are.")
    var keepFiles = false

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        if !force, rpc.json || !context.prompt.isInteractive {
            throw ClawError(
                .invalidRequest, "This deletes the agent \"\(agent)\".", hint: "Say --force when you mean it.")
        }
        let access = try GatewayAccess(rpc)
        let result = try await access.connect(scopes: [.admin, .read]) { client in
            if !force {
                let known = try await client.request("agents.list")["agents"]?.arrayValue ?? []
                let id = AgentID(normalizing: agent)?.rawValue
                guard let entry = known.first(where: { $0["id"]?.stringValue == id }) else {
                    throw ClawError(.notFound, "There is no agent \"\(agent)\".", hint: "See `openclaw agents list`.")
                }
                let name = entry["name"]?.stringValue.map { " (\(TerminalText.clean($0, isOneLine: true)))" } ?? ""
                let question = "Delete the agent \(id ?? agent)\(name)?"
                if try !context.prompt.confirm(question, initially: false, on: context.terminal) {
                    throw CancellationError()
                }
            }
            return try await client.request(
                "agents.delete", ["agentId": .string(agent), "deleteFiles": .bool(!keepFiles)])
        }
        if rpc.json { return context.terminal.json(result) }
        let id = TerminalText.clean(result["agentId"]?.stringValue ?? agent, isOneLine: true)
        let bindings = result["removedBindings"]?.intValue ?? 0
        context.terminal.line(
            "Deleted the agent \(id)" + (bindings == 0 ? "." : " and \(bindings) binding\(bindings == 1 ? "" : "s")."))
        for path in result["moved"]?.arrayValue?.compactMap(\.stringValue) ?? [] {
            context.terminal.line("Moved to \(TerminalText.clean(path, isOneLine: true))")
        }
        let left = result["left"]?.arrayValue ?? []
        for entry in left {
            context.terminal.note(
                TerminalText.clean(
                    "Still there: \(entry["path"]?.stringValue ?? "?"). \(entry["reason"]?.stringValue ?? "")",
                    isOneLine: true))
        }
        if !left.isEmpty { throw ExitCode(ExitStatus.failed.rawValue) }
    }
}
