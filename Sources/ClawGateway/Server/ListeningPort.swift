import Synchronization

/// The port that the server has got, for whoever waits for it.
package final class ListeningPort: Sendable {
    private enum State {
        case unknown([CheckedContinuation<Int, any Error>])
        case known(Result<Int, any Error>)
    }

    private let state = Mutex(State.unknown([]))

    package init() {}

    /// The port, as soon as it is bound. Throws why it could not be.
    package func wait() async throws -> Int {
        try await withCheckedThrowingContinuation { continuation in
            let result: Result<Int, any Error>? = state.withLock { state in
                switch state {
                case .known(let result): return result
                case .unknown(let waiting):
                    state = .unknown(waiting + [continuation])
                    return nil
                }
            }
            if let result { continuation.resume(with: result) }
        }
    }

    /// The first result counts.
    func set(_ result: Result<Int, any Error>) {
        let waiting = state.withLock { state -> [CheckedContinuation<Int, any Error>] in
            guard case .unknown(let waiting) = state else { return [] }
            state = .known(result)
            return waiting
        }
        for continuation in waiting { continuation.resume(with: result) }
    }
}
