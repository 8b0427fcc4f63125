import ClawCore
import ClawGateway
import ClawSupport
import ClawTestKit
import Synchronization
import Testing

/// Looks at channel accounts: once at a time, and not more often than their channel wants.
struct ChannelProbeTests {
    private final class Count: Sendable {
        private let state = Mutex(0)
        var value: Int { state.withLock { $0 } }
        func next() -> Int {
            state.withLock {
                $0 += 1
                return $0
            }
        }
    }

    private func channel(
        _ name: String, account: AccountID = .default,
        _ probing: @escaping @Sendable (Duration) async throws -> ChannelProbe
    ) -> ScriptedChannel {
        ScriptedChannel(ChannelID(name), account: account, probing: probing)
    }

    @Test func aFindingStandsForAsLongAsItsChannelSays() async throws {
        let time = ManualTimeSource()
        let count = Count()
        let channel = channel("one") { timeout in
            #expect(timeout == .seconds(10))
            return ChannelProbe(error: "No. \(count.next())", validity: .seconds(5))
        }
        let registry = ChannelRegistry(channels: [channel])
        let probes = ChannelProbes(channels: registry, time: time)
        let key = ChannelRegistry.Key(channel)
        func look() async throws -> String? { try await probes.look(timeout: .seconds(10))[key]?.probe.error }
        #expect(try await look() == "No. 1")
        time.advance(by: .milliseconds(4999))
        #expect(try await look() == "No. 1")
        time.advance(by: .milliseconds(1))
        #expect(try await look() == "No. 2")
        // An account that was made anew is another one.
        registry.replace([channel.id], from: ChannelRegistry(channels: [channel]))
        #expect(try await look() == "No. 3")
        registry.remove(key)
        #expect(try await probes.look(timeout: .seconds(10)) == [:])
    }

    @Test func manyCallersShareOneLook() async throws {
        let count = Count()
        let (gate, open) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let channel = channel("one") { _ in
            let number = count.next()
            for await _ in gate { break }
            return ChannelProbe(latency: number)
        }
        let probes = ChannelProbes(channels: ChannelRegistry(channels: [channel]), time: ManualTimeSource())
        let key = ChannelRegistry.Key(channel)
        let latencies = try await withThrowingTaskGroup(of: Int?.self) { group in
            for _ in 0..<20 {
                group.addTask { try await probes.look(timeout: .seconds(1))[key]?.probe.latency }
            }
            open.yield()
            var all: [Int?] = []
            for try await latency in group { all.append(latency) }
            return all
        }
        #expect(latencies == Array(repeating: 1, count: 20))
        #expect(count.value == 1)
    }

    @Test func accountsAreLookedAtSideBySide() async throws {
        let (both, arrived) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(2))
        // Each waits until the other one is being looked at, too.
        let second = channel("b") { _ in
            arrived.yield()
            return ChannelProbe(latency: 2)
        }
        let first = channel("a", account: AccountID("work")) { _ in
            for await _ in both { break }
            return ChannelProbe(latency: 1)
        }
        let probes = ChannelProbes(channels: ChannelRegistry(channels: [first, second]), time: ManualTimeSource())
        let findings = try await probes.look(timeout: .seconds(1))
        #expect(findings[ChannelRegistry.Key(first)]?.probe.latency == 1)
        #expect(findings[ChannelRegistry.Key(second)]?.probe.latency == 2)
    }

    @Test func aCallerThatGoesAwayEndsItsLook() async throws {
        let (begun, begin) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let channel = channel("one") { _ in
            begin.yield()
            try await ManualTimeSource().sleep(for: .seconds(1))
            return ChannelProbe()
        }
        let probes = ChannelProbes(channels: ChannelRegistry(channels: [channel]), time: ManualTimeSource())
        await withThrowingTaskGroup(of: ChannelProbes.Findings.self) { group in
            group.addTask { try await probes.look(timeout: .seconds(1)) }
            for await _ in begun { break }
            group.cancelAll()
            await #expect(throws: CancellationError.self) { _ = try await group.next() }
        }
    }

    @Test func theTimeoutStaysWithinReason() {
        #expect(ChannelProbes.timeout(nil) == .seconds(10))
        #expect(ChannelProbes.timeout(0) == .seconds(1))
        #expect(ChannelProbes.timeout(2500) == .milliseconds(2500))
        #expect(ChannelProbes.timeout(.max) == .seconds(30))
    }
}
