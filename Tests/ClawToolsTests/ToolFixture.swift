import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import ClawTools

/// A workspace with a neighbour that must not be reached, and a store with a session.
final class ToolFixture: Sendable {
    let folder: TemporaryDirectory
    let time = ManualTimeSource()
    let journal: Journal
    let sessions: SessionStore
    let agent: AgentID
    let session: SessionKey

    var workspace: String { "\(folder.path)/workspace" }

    init() throws {
        folder = try TemporaryDirectory("tools")
        try folder.write("hello\n", to: "workspace/hello.txt")
        try folder.write("secret", to: "outside/secret.txt")
        let state = StateDirectory(root: "\(folder.path)/state")
        try state.prepare()
        journal = try Journal.open(path: state.journalPath, time: time, entropy: SequentialEntropy())
        sessions = SessionStore(journal: journal)
        guard let agent = AgentID(normalizing: "main") else { preconditionFailure("a valid id") }
        self.agent = agent
        session = SessionKey(agent: agent, rest: "main")
    }

    var ports: SessionToolPorts {
        SessionToolPorts(
            sessions: sessions, time: time, clock: { _ in .utc },
            defaultModel: { _ in ModelReference(provider: "scripted", model: "one") },
            resolveModel: { word, _ in word == "fast" ? ModelReference(provider: "spare", model: "two") : nil })
    }

    var allTools: [any Tool] {
        [ReadTool(), WriteTool(), EditTool(), SessionStatusTool(ports: ports), SessionsListTool(ports: ports)]
    }

    func invocation(_ arguments: JSONObject, session: SessionKey? = nil) -> ToolInvocation {
        ToolInvocation(
            callID: "c1", arguments: arguments, agent: agent, session: session ?? self.session, run: RunID("r1"),
            workspace: workspace, senderIsOwner: true)
    }

    func call(_ tool: some Tool, _ arguments: JSONObject, session: SessionKey? = nil) async -> ToolResult {
        await tool.call(invocation(arguments, session: session))
    }
}
