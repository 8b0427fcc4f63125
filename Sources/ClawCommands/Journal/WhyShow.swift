import ArgumentParser
import ClawConfig
import ClawCore
import ClawStore
import ClawSupport

/// `openclaw why`.
struct WhyShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why", abstract: "Tell what became of a message or a run, and why.",
        discussion: "Reads the journal of this machine; the Gateway need not run. Content is not shown.")

    @Argument(help: "A message id, work id, run id or dedupe key.")
    var id: String

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let context = CommandContext.current
        let directory = StateDirectory(root: try Installation.load(context).location.stateDirectory)
        guard let journal = try JournalInspection(path: directory.journalPath) else {
            throw ClawError(
                .notFound, "There is no journal at \(directory.journalPath) yet.",
                hint: "It is made when the Gateway first runs: `openclaw gateway run`.")
        }
        let items = try await journal.why(id)
        if items.isEmpty {
            throw ClawError(
                .notFound, "The journal knows nothing of \"\(id)\".",
                hint:
                    "Take an id from `openclaw logs` or from the chat page; items are forgotten 90 days after their end."
            )
        }
        let now = context.time.nowMilliseconds
        var calls: [RecordedToolCall] = []
        for run in items.filter({ $0.parent == nil }).compactMap(\.run) {
            calls += try await journal.toolCalls(run: run)
        }
        if json {
            return context.terminal.json([
                "items": .array(items.map(WhyText.json)), "toolCalls": .array(calls.map(WhyText.json)),
            ])
        }
        for item in items { context.terminal.write(WhyText.lines(item, now: now, context.terminal)) }
        for call in calls { context.terminal.line(TerminalText.clean(WhyText.line(call), isOneLine: true)) }
    }
}

/// A work item in words.
enum WhyText {
    static func lines(_ item: WorkItem, now: Int64, _ terminal: Terminal) -> String {
        let indent = item.parent == nil ? "" : "  "
        var table = TextTable()
        table.add(.init(indent + title(item.kind), .heading), .init(item.id.rawValue))
        table.add(.init(indent + "outcome"), outcome(item))
        table.add(.init(indent + "came"), .init(when(item.createdAt, now)))
        if let at = item.outcomeAt { table.add(.init(indent + "ended"), .init(when(at, now))) }
        if let session = item.session { table.add(.init(indent + "session"), .init(session.rawValue)) }
        if let run = item.run { table.add(.init(indent + "run"), .init(run.rawValue)) }
        if let sender = item.sender { table.add(.init(indent + "from"), .init(sender)) }
        if let key = item.dedupeKey { table.add(.init(indent + "key"), .init(key, .muted)) }
        if item.attempts > 0 { table.add(.init(indent + "attempts"), .init("\(item.attempts)")) }
        return table.rendered(for: terminal) + (item.parent == nil ? "" : "\n")
    }

    private static func title(_ kind: WorkKind) -> String {
        switch kind {
        case .inbound: "Message"
        case .delivery: "Delivery"
        default: kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst()
        }
    }

    private static func outcome(_ item: WorkItem) -> TextTable.Cell {
        guard let outcome = item.outcome else {
            return TextTable.Cell(item.isClaimed ? "under way" : "waiting", .warning)
        }
        return switch outcome {
        case .delivered: TextTable.Cell("delivered", .success)
        case .merged(let work): TextTable.Cell("became part of \(work)", .success)
        case .superseded: TextTable.Cell("superseded by something newer", .muted)
        case .refused(let reason): TextTable.Cell("refused: \(reason)", .warning)
        case .silent(let reason): TextTable.Cell("not answered by choice: \(reason)", .muted)
        case .failed(let reason, let told):
            TextTable.Cell("failed: \(reason) (the person was \(told ? "" : "not ")told)", .error)
        case .dead(let reason): TextTable.Cell("given up: \(reason)", .error)
        }
    }

    private static func when(_ milliseconds: Int64, _ now: Int64) -> String {
        "\(ISOTimestamp.format(milliseconds: milliseconds)) (\(AgeText.ago(Int(now - milliseconds))))"
    }

    static func json(_ item: WorkItem) -> JSONValue {
        var object: JSONObject = [
            "id": .string(item.id.rawValue), "kind": .string(item.kind.rawValue), "attempts": .int(item.attempts),
            "createdAt": .int64(item.createdAt), "outcome": item.outcome?.json ?? .null,
        ]
        object.set("outcomeAt", item.outcomeAt)
        object.set("dedupeKey", item.dedupeKey)
        object.set("session", item.session?.rawValue)
        object.set("run", item.run?.rawValue)
        object.set("sender", item.sender)
        object.set("parent", item.parent?.rawValue)
        return .object(object)
    }

    /// Name and end of a tool call; arguments and results are content.
    static func line(_ call: RecordedToolCall) -> String { "Tool call  \(call.name): \(state(call))" }

    private static func state(_ call: RecordedToolCall) -> String {
        if call.finishedAt == nil { return "no result" }
        return call.isError ? "failed" : "done"
    }

    static func json(_ call: RecordedToolCall) -> JSONValue {
        var object: JSONObject = [
            "id": .string(call.callID), "name": .string(call.name), "startedAt": .int64(call.startedAt),
            "isError": .bool(call.isError),
        ]
        object.set("finishedAt", call.finishedAt)
        return .object(object)
    }
}
