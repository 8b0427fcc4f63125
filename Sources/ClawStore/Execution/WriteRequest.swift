import Synchronization

/// Something to be done by the writer inside a group's transaction.
protocol WriteRequest: AnyObject, Sendable {
    /// Does the work; what it throws undoes it alone.
    func run(in context: WriteContext) throws
    /// The group was not committed.
    func fail(_ error: any Error)
}

/// A request with its result, which the caller takes after the writer was drained.
final class PendingWrite<Value: Sendable>: WriteRequest {
    private let body: @Sendable (WriteContext) throws -> Value
    private let result = Mutex<Result<Value, any Error>?>(nil)

    init(_ body: @escaping @Sendable (WriteContext) throws -> Value) { self.body = body }

    func run(in context: WriteContext) throws {
        do {
            let value = try body(context)
            result.withLock { $0 = .success(value) }
        } catch {
            fail(error)
            throw error
        }
    }

    func fail(_ error: any Error) { result.withLock { $0 = .failure(error) } }

    /// What became of it. The writer has run or failed every request that was there when it drained.
    func take() throws -> Value {
        guard let result = result.withLock({ $0 }) else { throw JournalError.closed }
        return try result.get()
    }
}

/// The requests that wait for the writer.
final class WriteInbox: Sendable {
    private let requests = Mutex<[any WriteRequest]>([])

    func append(_ request: any WriteRequest) { requests.withLock { $0.append(request) } }

    func takeAll() -> [any WriteRequest] {
        requests.withLock { requests in
            let all = requests
            requests.removeAll()
            return all
        }
    }
}
