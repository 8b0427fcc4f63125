/// Runs work that blocks on small files, on the thread that is there for it, one after the other.
package actor FileWork {
    /// Shared by everything that has no thread of its own.
    package static let shared = FileWork()

    package nonisolated var unownedExecutor: UnownedSerialExecutor { WorkerThread.files.asUnownedSerialExecutor() }

    package init() {}

    package func run<Value: Sendable>(_ work: @Sendable () throws -> Value) throws -> Value { try work() }
}
