package import ClawSupport

/// Goes on with work over connections that break: connects again, after waits that grow, until the work is done or the Gateway
/// refuses for a reason that time does not heal.
package struct Reconnection: Sendable {
    /// What a person may want to know meanwhile.
    package enum Change: Sendable, Hashable {
        /// The connection ended, or a try to connect again failed; the next one comes after `wait`.
        case lost(GatewayClientError, wait: Duration)
        /// There is a connection again.
        case back
    }

    package static let backoff = Backoff(first: .milliseconds(500), factor: 1.7, maximum: .seconds(15), jitter: 0.3)

    private let options: GatewayClientOptions
    private let backoff: Backoff
    private let entropy: any Entropy

    /// - Parameter entropy: for the jitter of the waits.
    package init(
        _ options: GatewayClientOptions, backoff: Backoff = Reconnection.backoff, entropy: any Entropy = SystemEntropy()
    ) {
        self.options = options
        self.backoff = backoff
        self.entropy = entropy
    }

    /// Runs `body` on a connection, and again on the next one whenever its connection ended under it.
    ///
    /// The first connection must succeed at once: an address that was never reached is more likely wrong than busy. Throws what
    /// `body` throws while its connection lives, and what ended the connection when that does not heal.
    package func run<Result>(
        onChange: (Change) -> Void = { _ in }, _ body: (GatewayClient) async throws -> Result
    ) async throws -> Result {
        var client = try await GatewayClient.connect(options)
        while true {
            let loss: GatewayClientError
            do {
                let result = try await body(client)
                await client.close()
                return result
            } catch {
                let end = client.endReason ?? Self.silence(error)
                await client.close()
                guard let end, end.healsWithTime, !Task.isCancelled else { throw error }
                loss = end
            }
            client = try await connectAgain(after: loss, onChange)
        }
    }

    private func connectAgain(
        after loss: GatewayClientError, _ onChange: (Change) -> Void
    ) async throws -> GatewayClient {
        var loss = loss
        var attempt = 1
        while true {
            let wait = backoff.delay(attempt: attempt, entropy: entropy)
            onChange(.lost(loss, wait: wait))
            try await options.time.sleep(for: wait)
            do {
                let client = try await GatewayClient.connect(options)
                onChange(.back)
                return client
            } catch let error as GatewayClientError where error.healsWithTime {
                loss = error
                attempt += 1
            }
        }
    }

    /// A connection on which no answer comes is dead, though nobody has closed it.
    private static func silence(_ error: any Error) -> GatewayClientError? {
        guard let error = error as? GatewayClientError, case .timedOut = error else { return nil }
        return error
    }
}
