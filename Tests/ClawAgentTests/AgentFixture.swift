import ClawAgent
import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import Logging
import Synchronization
import Testing

/// An agent with a real store, a scripted model and a clock that stands still.
final class AgentFixture: Sendable {
    static let agent = AgentID(normalizing: "main").unsafelyKnown
    static let session = SessionKey(agent: agent, rest: "main")

    let folder: TemporaryDirectory
    let time = ManualTimeSource()
    let entropy = SequentialEntropy()
    let journal: Journal
    let sessions: SessionStore
    let sink = RecordingSink()
    let model: ScriptedModel
    let other: ScriptedModel
    let settings: Live<AgentSettings>
    let supervisor: TurnSupervisor
    let dispatcher: ToolDispatcher

    init(
        _ answers: [[ScriptedModel.Step]] = [], other: [[ScriptedModel.Step]] = [], tools: [any Tool] = [],
        contextWindow: Int = 100_000, maximumConcurrent: Int = 4, in folder: TemporaryDirectory? = nil
    ) throws {
        let folder = try folder ?? TemporaryDirectory("agent")
        self.folder = folder
        let state = StateDirectory(root: "\(folder.path)/state")
        try state.prepare()
        journal = try Journal.open(path: state.journalPath, time: time, entropy: entropy)
        sessions = SessionStore(journal: journal)
        let model = ScriptedModel(contextWindow: contextWindow, time: time, answers)
        let spare = ScriptedModel(id: "spare", time: time, other)
        self.model = model
        self.other = spare
        var first = AgentSettings(
            id: Self.agent, workspace: "\(folder.path)/workspace", model: model.models[0].reference)
        first.timeout = nil
        first.timeZone = "UTC"
        let settings = Live(first)
        self.settings = settings
        dispatcher = ToolDispatcher(table: ToolTable(tools), time: time)
        var ports = TurnPorts(
            journal: journal, sessions: sessions, tools: dispatcher, sink: sink,
            settings: { $0 == Self.agent ? settings.value : nil }, models: { ModelCatalog([model, spare]) })
        ports.time = time
        ports.entropy = entropy
        ports.host = HostFacts(name: "testhost", system: "linux", architecture: "x86_64")
        ports.logger.logLevel = .critical
        supervisor = TurnSupervisor(ports: ports, limits: { .init(maximumConcurrent: maximumConcurrent) })
    }

    func change(_ body: (inout AgentSettings) -> Void) {
        var value = settings.value
        body(&value)
        settings.replace(with: value)
    }

    /// Runs `body` beside the supervisor and stops it afterwards.
    func run(_ body: @Sendable () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.supervisor.run() }
            do {
                try await body()
            } catch {
                await supervisor.drain(grace: .zero)
                throw error
            }
            await supervisor.drain(grace: .zero)
            try await group.waitForAll()
        }
    }

    /// A message that the journal has accepted.
    func accept(
        _ text: String, run: String, session: SessionKey = AgentFixture.session, target: ReplyTarget = .webchat
    ) async throws -> PendingTurn {
        let work = NewWork(
            kind: .inbound, dedupeKey: "test:\(run)", payload: ["text": .string(text)], session: session,
            run: RunID(run))
        let item = try await journal.admit(work).item
        return PendingTurn(
            work: item.id, run: RunID(run), session: session, agent: Self.agent, text: text,
            acceptedAt: time.nowMilliseconds, replyTarget: target)
    }

    /// Accepts, submits, and waits for the end.
    @discardableResult
    func say(_ text: String, run: String, target: ReplyTarget = .webchat) async throws -> RunStatus {
        let turn = try await accept(text, run: run, target: target)
        _ = try await supervisor.submit(turn)
        return await supervisor.wait(for: turn.run, timeout: .seconds(60))
    }

    func outcome(of turn: PendingTurn) async throws -> Outcome? { try await journal.item(turn.work)?.outcome }

    func transcript(_ session: SessionKey = AgentFixture.session) async throws -> [ModelMessage] {
        guard let record = try await sessions.record(session) else { return [] }
        return try await sessions.window(record, limit: 1000).messages
    }

    /// The transcript as short lines: role and text, or calls.
    func story(_ session: SessionKey = AgentFixture.session) async throws -> [String] {
        try await transcript(session).map { message in
            switch message {
            case .user(let user): "user: " + user.content.compactMap(\.plainText).joined()
            case .assistant(let answer):
                "assistant(\(answer.stopReason.rawValue)): \(answer.text)"
                    + answer.toolCalls.map { " <\($0.name) \($0.id)>" }.joined()
            case .toolResult(let result):
                "result \(result.toolCallID)\(result.isError ? " error" : ""): "
                    + result.content.compactMap(\.plainText).joined()
            }
        }
    }
}

extension Optional where Wrapped == AgentID {
    /// For names that are valid by their letters.
    var unsafelyKnown: AgentID {
        guard let self else { preconditionFailure("not an agent id") }
        return self
    }
}

let stamp = "[Sun 2026-03-01 08:00 UTC] "
