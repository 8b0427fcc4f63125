import ClawCore
import ClawSupport

/// The writer of the journal without its thread: commits requests in groups. One fsync serves all of a group, and each
/// request has a savepoint of its own, so that one that fails leaves the others alone.
final class WriterCore {
    let context: WriteContext
    private let time: any TimeSource
    private let fault: FaultPoint
    private var isClosed = false

    /// How many requests share a commit at most, so that the first does not wait for an endless group.
    private static let groupLimit = 256

    init(context: WriteContext, time: any TimeSource, fault: @escaping FaultPoint) {
        self.context = context
        self.time = time
        self.fault = fault
    }

    func perform(_ requests: [any WriteRequest]) {
        var rest = requests[...]
        while !rest.isEmpty {
            commit(rest.prefix(Self.groupLimit))
            rest = rest.dropFirst(Self.groupLimit)
        }
    }

    private func commit(_ group: ArraySlice<any WriteRequest>) {
        if isClosed {
            for request in group { request.fail(JournalError.closed) }
            return
        }
        do {
            context.now = time.nowMilliseconds
            try begin()
            try context.appender.forgetMoves()
            for request in group { try run(request) }
            fault("journal.commit.before")
            try context.database.run("COMMIT")
        } catch {
            rollback()
            context.appender.discard()
            for request in group { request.fail(error) }
            return
        }
        fault("journal.commit.after")
        context.appender.flush()
    }

    private func begin() throws {
        try context.database.run("BEGIN IMMEDIATE")
        let owner = try context.database.first("SELECT epoch FROM owner") { $0.integer(0) }
        guard owner == context.epoch else { throw JournalError.fenced(epoch: context.epoch, owner: owner ?? 0) }
    }

    /// Throws only what ends the whole group.
    private func run(_ request: any WriteRequest) throws {
        try context.database.run("SAVEPOINT request")
        do {
            try request.run(in: context)
            context.appender.accept()
        } catch {
            context.appender.reject()
            // A full disk or a broken file makes SQLite roll back everything at once.
            guard context.database.isInTransaction else { throw error }
            try context.database.run("ROLLBACK TO request")
        }
        try context.database.run("RELEASE request")
    }

    private func rollback() {
        guard context.database.isInTransaction else { return }
        // The error that led here is the one to report; an open transaction that cannot be undone fails the next BEGIN.
        _ = try? context.database.run("ROLLBACK")
    }

    /// Refuses everything from now on.
    func close() {
        isClosed = true
        // The next start does the same when it does not work now.
        _ = try? context.database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    }
}

/// The writer on its thread. Requests are put into the inbox first and then drained: whoever comes while a group is being
/// synced finds its request done by the next drain, together with all others that waited.
actor JournalWriter {
    private nonisolated let thread: WorkerThread
    private nonisolated let inbox = WriteInbox()
    private let core: WriterCore

    init(core: sending WriterCore) {
        self.core = core
        thread = WorkerThread(name: "claw-journal")
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Does `body` inside a group's transaction and returns when it is durable.
    nonisolated func write<Value: Sendable>(
        _ body: @escaping @Sendable (WriteContext) throws -> Value
    ) async throws -> Value {
        let request = PendingWrite(body)
        inbox.append(request)
        await drain()
        return try request.take()
    }

    private func drain() { core.perform(inbox.takeAll()) }

    /// Does what is waiting and then refuses everything.
    func close() {
        drain()
        core.close()
    }
}
