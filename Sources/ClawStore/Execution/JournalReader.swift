/// Reads on a connection and a thread of its own, so that reading never waits for a commit.
actor JournalReader {
    private nonisolated let thread: WorkerThread
    private let database: Database

    init(database: sending Database) {
        self.database = database
        thread = WorkerThread(name: "claw-reads")
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    func read<Value: Sendable>(_ body: @Sendable (Database) throws -> Value) throws -> Value { try body(database) }
}
