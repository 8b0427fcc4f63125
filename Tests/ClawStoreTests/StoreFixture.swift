import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import FoundationEssentials
import Synchronization
import Testing

/// A state directory with an open journal and session store, on a clock that stands still.
final class StoreFixture: Sendable {
    let folder: TemporaryDirectory
    let time = ManualTimeSource()
    let entropy: SequentialEntropy
    let journal: Journal
    let sessions: SessionStore
    let issues: IssueList

    convenience init() throws { try self.init(folder: TemporaryDirectory("store")) }

    /// Opens what lies in `folder`, as a process does that starts there.
    init(
        folder: TemporaryDirectory, entropy: SequentialEntropy = SequentialEntropy(),
        fault: @escaping FaultPoint = { _ in }
    ) throws {
        self.folder = folder
        self.entropy = entropy
        let issues = IssueList()
        self.issues = issues
        let directory = StateDirectory(root: folder.path)
        try directory.prepare()
        journal = try Journal.open(
            path: directory.journalPath, time: time, entropy: entropy, report: { issues.add($0) }, fault: fault)
        sessions = SessionStore(journal: journal)
    }

    var directory: StateDirectory { journal.directory }

    /// A session of the agent `ada`.
    func session(_ name: String = "main") async throws -> SessionRecord {
        let agent = try #require(AgentID(normalizing: "ada"))
        return try await sessions.open(SessionKey(agent: agent, rest: name), agent: agent)
    }

    /// A user message as an entry with a fresh id.
    func say(_ text: String, at timestamp: Int64 = 1_772_352_000_000) -> TranscriptEntry {
        TranscriptEntry(.user(UserMessage(content: [.text(text)], timestamp: timestamp)), entropy: entropy)
    }

    /// The lines of a session's transcript.
    func lines(_ record: SessionRecord) throws -> [String] {
        let path = try sessions.transcriptPath(record)
        let text = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }

    /// The texts of all messages of a session.
    func texts(_ record: SessionRecord, limit: Int = 1000) async throws -> [String] {
        try await sessions.window(record, limit: limit).messages.map(\.plainText)
    }
}

extension ModelMessage {
    var plainText: String {
        let content =
            switch self {
            case .user(let message): message.content
            case .assistant(let message): message.content
            case .toolResult(let message): message.content
            }
        return content.compactMap(\.plainText).joined()
    }
}

/// What a store reported.
final class IssueList: Sendable {
    private let issues = Mutex<[StoreIssue]>([])

    func add(_ issue: StoreIssue) { issues.withLock { $0.append(issue) } }

    var all: [StoreIssue] { issues.withLock { $0 } }
    var kinds: [StoreIssue.Kind] { all.map(\.kind) }
}

/// Copies a state directory as a crash would leave it: the files as they are at this moment.
func copyState(of source: String) throws -> TemporaryDirectory {
    let target = try TemporaryDirectory("store-copy")
    for name in try FileManager.default.contentsOfDirectory(atPath: source) {
        try FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: "\(target.path)/\(name)")
    }
    return target
}

/// The permission bits of a file or folder.
func mode(_ path: String) throws -> Int {
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    return attributes[.posixPermissions] as? Int ?? -1
}

/// The names in a folder that hold `part`, sorted.
func names(in folder: String, holding part: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.contains(part) }.sorted()
}

func error<Value>(of work: () async throws -> Value) async -> (any Error)? {
    do {
        _ = try await work()
        return nil
    } catch {
        return error
    }
}
