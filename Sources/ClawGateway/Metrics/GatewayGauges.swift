package import ClawProtocol
package import ClawStore
package import ClawSupport
import Logging

/// What is read from the Gateway when somebody asks for its metrics.
package struct GatewayGauges: Sendable {
    /// Where the figures come from.
    package struct Sources: Sendable {
        package var version: String
        /// The roles of the clients that are connected.
        package var roles: @Sendable () -> [Role]
        /// All sockets, and those among them that have not said who they are.
        package var sockets: @Sendable () -> (total: Int, unauthenticated: Int)
        package var turns: @Sendable () -> Int
        package var isDraining: @Sendable () -> Bool
        package var openWork: @Sendable () async throws -> [OpenWork]
        package var keptBytes: @Sendable () -> (now: Int, limit: Int)
        package var process: @Sendable () -> ProcessFigures

        package init(
            version: String, hub: EventHub, sockets: @escaping @Sendable () -> (total: Int, unauthenticated: Int),
            turns: @escaping @Sendable () -> Int, isDraining: @escaping @Sendable () -> Bool,
            openWork: @escaping @Sendable () async throws -> [OpenWork],
            process: @escaping @Sendable () -> ProcessFigures = { .current() }
        ) {
            self.version = version
            roles = { hub.connections.map(\.role) }
            keptBytes = { hub.keptBytes }
            self.sockets = sockets
            self.turns = turns
            self.isDraining = isDraining
            self.openWork = openWork
            self.process = process
        }
    }

    package typealias Reading = (family: MetricFamily, samples: [MetricSample])

    private let sources: Sources
    private let time: any TimeSource
    private let startedAt: (milliseconds: Int64, nanoseconds: UInt64)

    /// Counts the time from now on.
    package init(_ sources: Sources, time: any TimeSource) {
        self.sources = sources
        self.time = time
        startedAt = (time.nowMilliseconds, time.monotonicNanoseconds)
    }

    func read() async -> [Reading] {
        let uptime = Double(time.monotonicNanoseconds - startedAt.nanoseconds) / 1_000_000_000
        let kept = sources.keptBytes()
        return [
            (GatewayFamilies.build, [MetricSample([("version", sources.version)], .whole(1))]),
            (GatewayFamilies.uptime, [MetricSample([], .number(uptime))]),
            (GatewayFamilies.draining, [MetricSample([], .whole(sources.isDraining() ? 1 : 0))]),
            (GatewayFamilies.connections, connections),
            (GatewayFamilies.activeTurns, [MetricSample([], .whole(Int64(sources.turns())))]),
            (GatewayFamilies.openWork, await openWork()),
            (GatewayFamilies.eventBytes, [MetricSample([], .whole(Int64(kept.now)))]),
            (GatewayFamilies.eventLimit, [MetricSample([], .whole(Int64(kept.limit)))]),
        ] + (await process())
    }

    private var connections: [MetricSample] {
        let roles = sources.roles()
        let sockets = sources.sockets()
        var counts = Role.allCases.map { role in (kind: role.rawValue, count: roles.count { $0 == role }) }
        // The figures are not of one instant, so the rest may come out a little too small.
        counts.append(("http", max(0, sockets.total - sockets.unauthenticated - roles.count)))
        counts.append(("unauthenticated", sockets.unauthenticated))
        return counts.map { MetricSample([("kind", $0.kind)], .whole(Int64($0.count))) }
    }

    /// Nothing when the journal cannot be read: the other figures are wanted all the more then.
    private func openWork() async -> [MetricSample] {
        do {
            return try await sources.openWork().flatMap { work in
                [("claimed", work.claimed), ("waiting", work.waiting)].map { state, count in
                    MetricSample([("kind", work.kind.rawValue), ("state", state)], .whole(Int64(count)))
                }
            }
        } catch {
            Logger(label: "openclaw.metrics").warning(
                "the journal cannot be read for metrics", metadata: ["error": "\(error)"])
            return []
        }
    }

    private func process() async -> [Reading] {
        let figures: ProcessFigures
        let source = sources.process
        do {
            figures = try await FileWork.shared.run { source() }
        } catch {
            // Only a task that was cancelled comes here, and nobody reads its answer.
            return []
        }
        func gauge(_ family: MetricFamily, _ value: Int64?) -> Reading {
            (family, value.map { [MetricSample([], .whole($0))] } ?? [])
        }
        return [
            (GatewayFamilies.cpu, [MetricSample([], .number(figures.cpu))]),
            gauge(GatewayFamilies.memory, figures.residentMemory),
            (GatewayFamilies.started, [MetricSample([], .number(Double(startedAt.milliseconds) / 1000))]),
            gauge(GatewayFamilies.files, figures.openFiles), gauge(GatewayFamilies.fileLimit, figures.fileLimit),
        ]
    }
}
