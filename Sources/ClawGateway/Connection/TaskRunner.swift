import ServiceLifecycle

/// Runs the work of connections that takes waiting: a service whose task group is the parent of all of it, so that nothing
/// outlives the server.
package final class TaskRunner: Service {
    package typealias Job = @Sendable () async -> Void

    private let stream: AsyncStream<Job>
    private let continuation: AsyncStream<Job>.Continuation

    /// - Parameter backlog: jobs that may wait to be started.
    package init(backlog: Int = 8192) {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(backlog))
    }

    /// Takes a job to run as soon as possible. False when too many wait or the runner has stopped.
    package func submit(_ job: @escaping Job) -> Bool {
        if case .enqueued = continuation.yield(job) { true } else { false }
    }

    /// Runs jobs until shutdown; what runs then is cancelled and awaited.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await withTaskCancellationHandler {
                await withDiscardingTaskGroup { group in
                    for await job in stream { group.addTask { await job() } }
                    group.cancelAll()
                }
            } onCancel: {
                continuation.finish()
            }
        } onGracefulShutdown: {
            self.stop()
        }
    }

    /// Takes no more jobs and ends `run`.
    package func stop() { continuation.finish() }
}

/// The requests of one connection that take waiting: a task group below the runner's, cancelled when the connection ends.
final class RequestTasks: Sendable {
    private let continuation: AsyncStream<TaskRunner.Job>.Continuation

    /// Nil when the runner takes nothing more.
    init?(runner: TaskRunner, limit: Int) {
        let (stream, continuation) = AsyncStream<TaskRunner.Job>.makeStream(bufferingPolicy: .bufferingOldest(limit))
        self.continuation = continuation
        let isTaken = runner.submit {
            await withDiscardingTaskGroup { group in
                for await job in stream { group.addTask { await job() } }
                group.cancelAll()
            }
        }
        if !isTaken { return nil }
    }

    func submit(_ job: @escaping TaskRunner.Job) -> Bool {
        if case .enqueued = continuation.yield(job) { true } else { false }
    }

    func cancel() { continuation.finish() }
}
