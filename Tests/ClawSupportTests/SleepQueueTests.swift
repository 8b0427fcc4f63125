import Testing

@testable import ClawSupport

struct SleepQueueTests {
    @Test func theEarliestWakesFirst() {
        var queue = SleepQueue<String>()
        for (name, deadline) in [("c", 30), ("a", 10), ("b", 20), ("b2", 20), ("d", 40)] as [(String, UInt64)] {
            queue.add(name, as: queue.makeID(), until: deadline)
        }
        #expect(queue.nextDeadline == 10)
        #expect(queue.wake(at: 9) == [])
        #expect(queue.wake(at: 30) == ["a", "b", "b2", "c"])
        #expect(queue.nextDeadline == 40)
        #expect(queue.wake(at: .max) == ["d"])
        #expect(queue.nextDeadline == nil)
    }

    @Test func whoIsTakenOutDoesNotWake() {
        var queue = SleepQueue<Int>()
        let ids = (0..<10).map { number in
            let id = queue.makeID()
            queue.add(number, as: id, until: UInt64(100 - number))
            return id
        }
        for number in [0, 4, 9] { #expect(queue.remove(ids[number]) == number) }
        #expect(queue.remove(ids[4]) == nil)
        #expect(queue.remove(queue.makeID()) == nil)
        #expect(queue.wake(at: 200) == [8, 7, 6, 5, 3, 2, 1])
    }

    /// Each turn has a deadline minutes away that it never meets.
    @Test func aHundredThousandThatAreTakenOutLeaveNothing() {
        var queue = SleepQueue<Int>()
        let last = queue.makeID()
        queue.add(-1, as: last, until: 1_000_000)
        var most = 0
        for number in 0..<100_000 {
            let id = queue.makeID()
            queue.add(number, as: id, until: UInt64(1_000_001 + number % 977))
            most = max(most, queue.placeCount)
            #expect(queue.remove(id) == number)
        }
        #expect(queue.count == 1)
        #expect(most <= 68)
        #expect(queue.wake(at: .max) == [-1])
    }

    /// Against the plainest way to say the same.
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func itAgreesWithASortedList(seed: UInt64) {
        var random = FixedRandom(seed: seed)
        var queue = SleepQueue<Int>()
        var list: [(deadline: UInt64, number: Int, id: SleepQueue<Int>.ID)] = []
        var now: UInt64 = 0
        for number in 0..<2000 {
            switch random.next(upTo: 4) {
            case 0 where !list.isEmpty:
                let gone = list.remove(at: random.next(upTo: list.count))
                #expect(queue.remove(gone.id) == gone.number)
            case 1:
                now += UInt64(random.next(upTo: 40))
                let due = list.filter { $0.deadline <= now }
                    .sorted { ($0.deadline, $0.number) < ($1.deadline, $1.number) }
                list.removeAll { $0.deadline <= now }
                #expect(queue.wake(at: now) == due.map(\.number))
            default:
                let (id, deadline) = (queue.makeID(), now + UInt64(random.next(upTo: 300)))
                queue.add(number, as: id, until: deadline)
                list.append((deadline, number, id))
            }
            #expect(queue.count == list.count)
        }
    }
}

struct SystemAlarmTests {
    @Test func sleepersWakeInOrderAndNotTooEarly() async throws {
        let alarm = SystemAlarm()
        let begin = ContinuousClock.now
        let order = await withTaskGroup(of: Int.self) { group in
            for wait in [60, 20, 40] {
                group.addTask {
                    do { try await alarm.sleep(for: .milliseconds(wait)) } catch { return -1 }
                    return begin.duration(to: .now) < .milliseconds(wait) ? -wait : wait
                }
            }
            return await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(order.sorted() == [20, 40, 60], "a negative number woke too early")
        #expect(alarm.count == 0)
    }

    @Test func aCancelledSleeperEndsAtOnceAndLeavesNothing() async {
        let alarm = SystemAlarm()
        await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<1000 { group.addTask { try await alarm.sleep(for: .seconds(3600)) } }
            while alarm.count < 1000 { await Task.yield() }
            group.cancelAll()
            while let ended = await group.nextResult() {
                #expect(throws: CancellationError.self) { try ended.get() }
            }
        }
        #expect(alarm.count == 0)
    }

    @Test func whoIsCancelledBeforeDoesNotSleep() async {
        let alarm = SystemAlarm()
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await alarm.sleep(for: .seconds(1_000_000_000_000))
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(alarm.count == 0)
    }
}

/// Numbers that are the same in every run.
private struct FixedRandom {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next(upTo limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(limit))
    }
}
