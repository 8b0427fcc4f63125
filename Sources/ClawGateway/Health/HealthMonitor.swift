import ClawProtocol
package import ClawSupport
import Logging
import ServiceLifecycle
import Synchronization

/// Gathers what `health` answers. `isProbe` asks for a look at the channels themselves, not only at what they said last.
package protocol HealthSource: Sendable {
    /// The summary without `ok`, `ts` and `durationMs`.
    func summary(isProbe: Bool) async throws -> JSONObject
}

/// Keeps the health summary, encoded, so that asking for it costs nothing; renews it in the background.
package final class HealthMonitor: Service {
    private struct State {
        var encoded: [HealthView: [UInt8]] = [:]
        var value: JSONValue = [:]
        var takenAt: UInt64 = 0
    }

    /// A summary this old is renewed when somebody asks.
    package static let maxAge: UInt64 = 60_000_000_000
    /// Renewals because of new connections keep this distance, so that a wave of connections does not become one of events.
    private static let pause: Duration = .seconds(1)

    private let source: any HealthSource
    private let time: any TimeSource
    private let publish: @Sendable (JSONValue) -> Void
    private let state = Mutex(State())
    private let wishes: AsyncStream<Void>
    private let wish: AsyncStream<Void>.Continuation
    private let logger = Logger(label: "openclaw.gateway.health")

    /// - Parameter publish: tells clients of each new summary.
    package init(
        source: any HealthSource, time: any TimeSource, publish: @escaping @Sendable (JSONValue) -> Void
    ) {
        self.source = source
        self.time = time
        self.publish = publish
        (wishes, wish) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The whole summary of now; `{}` before the first one.
    package var snapshot: JSONValue { state.withLock { $0.value } }

    /// What of it is for this client.
    package func snapshot(for client: ClientConnection) -> JSONValue { HealthView(for: client).of(snapshot) }

    /// The encoded summary for this client when it is young enough. An older one is returned too, and a renewal is asked for;
    /// nil before the first one.
    package func cached(for client: ClientConnection) -> [UInt8]? {
        let now = time.monotonicNanoseconds
        let view = HealthView(for: client)
        let (encoded, takenAt) = state.withLock { ($0.encoded[view], $0.takenAt) }
        if encoded != nil, now - takenAt > Self.maxAge { refreshSoon() }
        return encoded
    }

    package func refreshSoon() { wish.yield() }

    /// Takes a new summary, keeps it and tells clients. Returns all of it.
    package func refresh(isProbe: Bool) async throws -> JSONValue {
        let start = time.monotonicNanoseconds
        let parts = try await source.summary(isProbe: isProbe)
        let end = time.monotonicNanoseconds
        var summary: JSONObject = ["ok": true, "ts": .int64(time.nowMilliseconds)]
        summary["durationMs"] = .int(Int((end - start) / 1_000_000))
        for (key, value) in parts { summary[key] = value }
        let value = JSONValue.object(summary)
        let encoded = Dictionary(uniqueKeysWithValues: HealthView.allCases.map { ($0, $0.of(value).bytes) })
        state.withLock { state in
            state.value = value
            state.encoded = encoded
            state.takenAt = end
        }
        publish(HealthView.withoutPaths.of(value))
        return value
    }

    /// Renews on request and at least once a minute, until shutdown.
    package func run() async throws { await cancelWhenGracefulShutdown { await self.renew() } }

    private func renew() async {
        await withTaskGroup { group in
            group.addTask {
                while !Task.isCancelled {
                    self.wish.yield()
                    // Cancellation ends the loop by its condition.
                    try? await self.time.sleep(for: .seconds(60))
                }
                self.wish.finish()
            }
            for await _ in wishes {
                do {
                    _ = try await refresh(isProbe: false)
                    try await time.sleep(for: Self.pause)
                } catch is CancellationError {
                    break
                } catch {
                    logger.warning("health summary failed", metadata: ["error": "\(error)"])
                }
            }
            group.cancelAll()
        }
    }
}
