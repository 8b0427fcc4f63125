import ClawCore
import ClawStore
import ClawSupport

/// Collects what a turn has said and writes it with the turn's commits: one for a plain turn, two more for each round
/// of tools. What is not yet committed is known, so that an abort can still keep it.
struct TurnRecorder: Sendable {
    private let ports: TurnPorts
    private let record: SessionRecord
    private let batch: TurnBatch
    private let workspace: String
    /// Entries of the next commit.
    private var entries: [TranscriptEntry] = []
    /// Outcomes of the next commit: rows whose text is part of this turn.
    private var outcomes: [(WorkID, Outcome)]
    private var usedCallIDs: Set<String> = []

    init(ports: TurnPorts, record: SessionRecord, batch: TurnBatch, workspace: String) {
        self.ports = ports
        self.record = record
        self.batch = batch
        self.workspace = workspace
        outcomes = batch.merged.map { ($0.work, .merged(into: batch.lead.work)) }
    }

    mutating func add(_ message: ModelMessage, extras: JSONObject = [:]) {
        entries.append(TranscriptEntry(message, extras: extras, entropy: ports.entropy))
    }

    /// Adds the words of another message that joined this turn.
    mutating func merge(_ turn: PendingTurn) { outcomes.append((turn.work, .merged(into: batch.lead.work))) }

    /// Gives every call an id that is new in this run: some vendors count from zero in each answer.
    mutating func makeUnique(_ message: AssistantMessage) -> AssistantMessage {
        var message = message
        for position in message.content.indices {
            guard case .toolCall(var call) = message.content[position] else { continue }
            let base = call.id.isEmpty ? "call" : call.id
            var number = 1
            call.id = base
            while !usedCallIDs.insert(call.id).inserted {
                number += 1
                call.id = "\(base)_\(number)"
            }
            message.content[position] = .toolCall(call)
        }
        return message
    }

    mutating func markUsed(_ callID: String) { usedCallIDs.insert(callID) }

    /// Commits what is collected with the start of `calls`: from here on they are never run again.
    mutating func commitStarts(of calls: [ToolCall]) async throws {
        var commit = nextCommit()
        commit.toolStarts = calls.map {
            ToolCallStart(run: batch.lead.run, callID: $0.id, name: $0.name, arguments: $0.arguments)
        }
        try await write(commit)
    }

    /// Commits results with the entries that hold them.
    mutating func commitResults(_ results: [ToolResultMessage]) async throws {
        for result in results { add(.toolResult(result)) }
        var commit = nextCommit()
        commit.toolResults = results.map { finish(of: $0) }
        try await write(commit)
    }

    /// The last commit of the turn.
    mutating func commitEnd(
        patch: JSONObject, deliveries: [OutboundMessage], outcome: Outcome
    ) async throws {
        var commit = nextCommit()
        commit.sessionPatch = patch
        let lead = batch.lead
        commit.deliveries = deliveries.enumerated().map { position, message in
            NewWork(
                kind: .delivery, dedupeKey: "\(lead.work):reply:\(position)", payload: message.payload,
                session: lead.session, run: lead.run, parent: lead.work)
        }
        // With messages in the outbox the row ends when they have: the journal settles it.
        if outcome == .delivered, !deliveries.isEmpty {
            commit.settles = [lead.work]
        } else {
            commit.outcomes.append((lead.work, outcome))
        }
        try await write(commit)
        if !deliveries.isEmpty { ports.wakeOutbox() }
    }

    private func finish(of result: ToolResultMessage) -> ToolCallFinish {
        let text = result.content.compactMap(\.plainText).joined(separator: "\n")
        return ToolCallFinish(
            run: batch.lead.run, callID: result.toolCallID, result: .string(String(TextCut.prefix(text, bytes: 4000))),
            isError: result.isError)
    }

    private func nextCommit() -> TurnCommit {
        var commit = TurnCommit(
            session: batch.lead.session, sessionID: record.sessionID, entries: entries, outcomes: outcomes)
        commit.workingDirectory = workspace
        return commit
    }

    private mutating func write(_ commit: TurnCommit) async throws {
        _ = try await ports.journal.commit(commit)
        entries = []
        outcomes = []
    }
}
