import ClawCore
import ClawGateway
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

/// Waiting for the end of deliveries, over a real journal.
@Suite(.timeLimit(.minutes(10))) struct DeliveryWatchTests {
    private let bench: MethodBench
    private let watch = DeliveryWatch()

    init() throws { bench = try MethodBench() }

    private func rows(_ count: Int) async throws -> [WorkID] {
        var rows: [WorkID] = []
        for _ in 0..<count {
            rows.append(try await bench.journal.admit(NewWork(kind: .delivery, payload: [:])).item.id)
        }
        return rows
    }

    private func ends(of rows: [WorkID]) async throws -> [Outcome?]? {
        try await watch.ends(of: rows, in: bench.journal, timeout: .seconds(30), time: bench.time)?.map(\.outcome)
    }

    @Test func whatEndedBeforeIsToldWithThePlatformsID() async throws {
        let row = try await rows(1)
        try await bench.journal.finish(row[0], .delivered, messageID: "m7")
        let ended = try await watch.ends(of: row, in: bench.journal, timeout: .seconds(30), time: bench.time)
        #expect(ended?.map(\.outcome) == [.delivered] && ended?.map(\.messageID) == ["m7"])
    }

    /// Whoever writes an outcome may know nothing of those who wait.
    @Test func anEndThatNobodyToldOfIsFoundWhenTheTimeIsOver() async throws {
        let rows = try await rows(2)
        async let ends = ends(of: rows)
        await bench.time.waitForSleepers(1)
        try await bench.journal.finish(rows[0], .superseded)
        try await bench.journal.finish(rows[1], .delivered)
        bench.time.advance(by: .seconds(30))
        #expect(try await ends == [.superseded, .delivered])
    }

    @Test func allRowsShareOneDeadline() async throws {
        let rows = try await rows(3)
        async let ends = ends(of: rows)
        await bench.time.waitForSleepers(1)
        try await bench.journal.finish(rows[0], .delivered)
        bench.time.advance(by: .seconds(30))
        #expect(try await ends == nil)
    }
}
