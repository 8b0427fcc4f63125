#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A thread of our own that runs the jobs of the actors that name it as their executor, so that blocking calls (SQLite,
/// fsync, file reads) never hold a thread of Swift's shared pool. It ends when the last reference to it goes.
///
/// Why this is in `Unsafe/`: the queue is shared between threads under a `pthread` mutex, which the compiler cannot see.
/// Invariant: `JobQueue`'s fields are read and written only while its mutex is held; the mutex and the condition lie on the
/// heap at fixed addresses and are freed by `deinit`, when neither the thread nor a caller holds the queue any more. Every
/// queued job holds the executor, so the executor outlives what it runs.
final class WorkerThread: SerialExecutor {
    private let queue = JobQueue()

    /// Serves the small files of the state directory (pairing, devices, the session index, fsyncs of transcripts).
    static let files = WorkerThread(name: "claw-files")

    /// `name` says what the thread is for when the system has none to give.
    init(name: String) { JobQueue.startThread(name: name, queue: queue) }

    deinit { queue.stop() }

    func enqueue(_ job: consuming ExecutorJob) { queue.push(UnownedJob(job), on: self) }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}

private final class JobQueue: @unchecked Sendable {
    private struct Item {
        let job: UnownedJob
        let executor: WorkerThread
    }

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var items: [Item] = []
    private var isStopped = false

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func push(_ job: UnownedJob, on executor: WorkerThread) {
        pthread_mutex_lock(mutex)
        items.append(Item(job: job, executor: executor))
        let wasIdle = items.count == 1
        pthread_mutex_unlock(mutex)
        if wasIdle { pthread_cond_signal(condition) }
    }

    func stop() {
        pthread_mutex_lock(mutex)
        isStopped = true
        pthread_mutex_unlock(mutex)
        pthread_cond_signal(condition)
    }

    /// Waits for jobs and takes all of them into `batch`; false when the thread shall end.
    private func take(into batch: inout [Item]) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while items.isEmpty {
            if isStopped { return false }
            pthread_cond_wait(condition, mutex)
        }
        swap(&items, &batch)
        return true
    }

    private func runUntilStopped() {
        var batch: [Item] = []
        while take(into: &batch) {
            for item in batch { item.job.runSynchronously(on: item.executor.asUnownedSerialExecutor()) }
            batch.removeAll(keepingCapacity: batch.capacity <= 256)
        }
    }

    static func startThread(name: String, queue: JobQueue) {
        precondition(DetachedThread.start { queue.runUntilStopped() }, "The system gives no thread for \(name).")
    }
}
