package import ClawSupport
import NIOCore
import ServiceLifecycle
import Synchronization

/// The open HTTP connections as a service of their own, so that the listener can end while requests are answered. At shutdown,
/// which comes when turns have ended, what is in flight is answered within a bound, and then everything is closed.
package final class HTTPConnections: Service {
    /// How long those that have not said who they are get at a shutdown, and everybody at the least.
    private static let leastGrace = Duration.seconds(1)

    private struct Socket {
        var channel: any NIOCore.Channel
        var permit: ConnectionPermit
    }

    private struct State {
        var open: [ObjectIdentifier: Socket] = [:]
        /// When the listener ended, on the monotonic clock.
        var lastAccept: UInt64?
    }

    private let state = Mutex(State())
    private let time: any TimeSource
    private let grace: @Sendable () -> Duration
    private let jobs: AsyncStream<TaskRunner.Job>
    private let feed: AsyncStream<TaskRunner.Job>.Continuation

    /// - Parameter grace: how long requests may take after the listener has ended.
    package init(time: any TimeSource, grace: @escaping @Sendable () -> Duration) {
        self.time = time
        self.grace = grace
        (jobs, feed) = AsyncStream.makeStream(of: TaskRunner.Job.self, bufferingPolicy: .bufferingOldest(1 << 16))
    }

    /// Serves a socket with `job`, as a child of this service, until it is closed or has turned out to be no HTTP.
    func serve(_ channel: any NIOCore.Channel, _ permit: ConnectionPermit, _ job: @escaping TaskRunner.Job) {
        let id = ObjectIdentifier(channel)
        state.withLock { $0.open[id] = Socket(channel: channel, permit: permit) }
        let yielded = feed.yield {
            await job()
            self.forget(id)
        }
        if case .enqueued = yielded { return }
        forget(id)
        channel.close(promise: nil)
    }

    private func forget(_ id: ObjectIdentifier) { state.withLock { _ = $0.open.removeValue(forKey: id) } }

    /// Nothing new comes in from now on.
    func acceptingEnded() { state.withLock { $0.lastAccept = $0.lastAccept ?? time.monotonicNanoseconds } }

    package func run() async throws {
        await withTaskCancellationHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    // Cancelled without a graceful shutdown: the handler below has closed everything.
                    do { try await gracefulShutdown() } catch { return }
                    await self.drain()
                    self.closeAll()
                }
                for await job in jobs { group.addTask { await job() } }
                group.cancelAll()
            }
        } onCancel: {
            closeAll()
        }
    }

    /// Returns when nothing is open any more or the time is up.
    private func drain() async {
        let now = time.monotonicNanoseconds
        let begin = state.withLock { $0.lastAccept ?? now }
        let leastEnd = now + Self.nanoseconds(Self.leastGrace)
        let end = max(leastEnd, begin + Self.nanoseconds(grace()))
        for channel in channels({ _ in true }) {
            // Those that came after the listener had told the others.
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
        while state.withLock({ !$0.open.isEmpty }), time.monotonicNanoseconds < end {
            if time.monotonicNanoseconds >= leastEnd {
                for channel in channels({ !$0.isAuthenticated }) { channel.close(promise: nil) }
            }
            do { try await time.sleep(for: .milliseconds(10)) } catch { return }
        }
    }

    private func channels(_ condition: (ConnectionPermit) -> Bool) -> [any NIOCore.Channel] {
        state.withLock { $0.open.values.filter { condition($0.permit) }.map(\.channel) }
    }

    private func closeAll() {
        feed.finish()
        for channel in channels({ _ in true }) { channel.close(promise: nil) }
    }

    private static func nanoseconds(_ duration: Duration) -> UInt64 { UInt64(duration.wholeMilliseconds) * 1_000_000 }
}
