import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

@Suite struct StoreErrorTests {
    @Test func everyErrorHasItsWords() {
        let key = SessionKey(canonical: "agent:ada:main")
        let errors: [any Error] = [
            JournalError.alreadyFinished(WorkID("w1"), .superseded), JournalError.unknownWork(WorkID("w1")),
            JournalError.fenced(epoch: 1, owner: 2), JournalError.unknownSession(key),
            JournalError.sessionReplaced(key, current: "s-2"), JournalError.invalidSessionID("../x"),
            JournalError.toolCallAlreadyStarted(run: RunID("r"), callID: "c"),
            JournalError.unknownToolCall(run: RunID("r"), callID: "c"), JournalError.closed,
            InstanceLockError(path: "/s/lock", owner: 12), InstanceLockError(path: "/s/lock", owner: nil),
            FileError(operation: "open", path: "/s/x", code: 13),
            DatabaseError(code: 13, message: "database or disk is full", operation: "COMMIT"),
            ClawError(.conflict, "As it was."), CancellationError(),
        ]
        let lines = errors.map { error in
            let mapped = ClawError(store: error)
            return "\(mapped.code): \(mapped)"
        }
        expectGolden(lines.joined(separator: "\n") + "\n", "errors.txt")
    }
}
