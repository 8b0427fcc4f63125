import ClawSupport
import ClawTestKit
import Synchronization
import Testing

struct FlowLaneTests {
    private final class Trace: Sendable {
        private let entries = Mutex<[String]>([])
        var all: [String] { entries.withLock { $0 } }
        func add(_ entry: String) { entries.withLock { $0.append(entry) } }
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        func add(_ step: Int) -> Int {
            count.withLock {
                $0 += step
                return $0
            }
        }
    }

    private func waitUntil(_ lanes: LaneScheduler, _ lane: String, running: Int, waiting: Int) async {
        while lanes.occupancy(of: lane) != (running, waiting) { await Task.yield() }
    }

    @Test func tasksEnterInTheOrderOfArrival() async throws {
        let lanes = LaneScheduler()
        let time = ManualTimeSource()
        let trace = Trace()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<5 {
                group.addTask {
                    try await lanes.withLane("a") {
                        trace.add("in \(number)")
                        try await time.sleep(for: .seconds(1))
                        trace.add("out \(number)")
                    }
                }
                await waitUntil(lanes, "a", running: 1, waiting: number)
            }
            for _ in 0..<5 {
                await time.waitForSleepers(1)
                time.advance(by: .seconds(1))
            }
            try await group.waitForAll()
        }
        #expect(trace.all == (0..<5).flatMap { ["in \($0)", "out \($0)"] })
        #expect(lanes.laneCount == 0, "a lane that nobody uses is gone")
    }

    @Test func theLimitHoldsAndMayGrow() async throws {
        let lanes = LaneScheduler()
        let time = ManualTimeSource()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<4 {
                group.addTask { try await lanes.withLane("a", limit: 2) { try await time.sleep(for: .seconds(1)) } }
                await waitUntil(lanes, "a", running: min(2, number + 1), waiting: max(0, number - 1))
            }
            group.addTask { try await lanes.withLane("a", limit: 3) { try await time.sleep(for: .seconds(1)) } }
            await waitUntil(lanes, "a", running: 2, waiting: 3)
            await time.waitForSleepers(2)
            time.advance(by: .seconds(1))
            await waitUntil(lanes, "a", running: 3, waiting: 0)
            await time.waitForSleepers(3)
            time.advance(by: .seconds(1))
            try await group.waitForAll()
        }
    }

    @Test func aWaitingTaskCanBeCancelled() async throws {
        let lanes = LaneScheduler()
        let time = ManualTimeSource()
        await withTaskGroup(of: String.self) { group in
            group.addTask {
                do { try await lanes.withLane("a") { try await time.sleep(for: .seconds(9)) } } catch {
                    return "first: \(error)"
                }
                return "first done"
            }
            await waitUntil(lanes, "a", running: 1, waiting: 0)
            let outcome = await withTaskGroup(of: String.self) { inner in
                inner.addTask {
                    do { try await lanes.withLane("a") {} } catch is CancellationError { return "cancelled" } catch {
                        return "\(error)"
                    }
                    return "entered"
                }
                await waitUntil(lanes, "a", running: 1, waiting: 1)
                inner.cancelAll()
                return await inner.next()
            }
            #expect(outcome == "cancelled")
            #expect(lanes.occupancy(of: "a") == (1, 0))
            await time.waitForSleepers(1)
            time.advance(by: .seconds(9))
            #expect(await group.next() == "first done")
        }
        #expect(lanes.laneCount == 0)
    }

    @Test func tooManyWaitersAreRefused() async throws {
        let lanes = LaneScheduler(maximumWaiters: 1)
        let time = ManualTimeSource()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<2 {
                group.addTask { try await lanes.withLane("a") { try await time.sleep(for: .seconds(1)) } }
                await waitUntil(lanes, "a", running: 1, waiting: number)
            }
            await #expect(throws: LaneScheduler.LaneFull.self) { try await lanes.withLane("a") {} }
            for _ in 0..<2 {
                await time.waitForSleepers(1)
                time.advance(by: .seconds(1))
            }
            try await group.waitForAll()
        }
    }

    @Test func whatTheWorkThrowsComesOutAndTheLaneIsFree() async throws {
        struct Broken: Error, Equatable {}
        let lanes = LaneScheduler()
        await #expect(throws: Broken()) { try await lanes.withLane("a") { throw Broken() } }
        #expect(try await lanes.withLane("a") { 7 } == 7)
    }

    /// Many tasks, random cancellations: never more than the limit inside, and nothing is left behind.
    @Test func lanesSurviveACrowd() async throws {
        let lanes = LaneScheduler()
        let inside = Counter()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<400 {
                group.addTask {
                    await withTaskGroup(of: Void.self) { inner in
                        inner.addTask {
                            do {
                                try await lanes.withLane("crowd\(number % 3)", limit: 2) {
                                    let count = inside.add(1)
                                    #expect(count <= 6)
                                    await Task.yield()
                                    _ = inside.add(-1)
                                }
                            } catch {
                                #expect(error is CancellationError)
                            }
                        }
                        if number % 4 == 0 {
                            await Task.yield()
                            inner.cancelAll()
                        }
                    }
                }
            }
        }
        #expect(lanes.laneCount == 0)
        #expect(inside.add(0) == 0)
    }
}
