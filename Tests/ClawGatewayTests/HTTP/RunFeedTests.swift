import ClawAgent
import ClawCore
import Testing

@testable import ClawGateway

/// What one who waits for a run hears.
@Suite struct RunFeedTests {
    private func event(_ run: String, _ body: RunEvent.Body) -> RunEvent {
        RunEvent(run: RunID(run), session: .global, sequence: 1, timestamp: 0, body: body)
    }

    private func all(_ events: AsyncStream<RunFeed.Event>) async -> [RunEvent.Body] {
        await events.reduce(into: []) { $0.append($1.body) }
    }

    @Test(.timeLimit(.minutes(10))) func whoWaitsForATurnThatNeverBeginsHearsOfTheStop() async {
        let feed = RunFeed()
        let ended = feed.events(of: RunID("a"))
        let waiting = feed.events(of: RunID("b"))
        feed.publish(event("a", .started))
        feed.publish(event("a", .finished(message: nil, text: "")))
        feed.stop()
        feed.publish(event("b", .started))
        let stop = RunEvent.Body.aborted(reason: .shutdown, partialText: "")
        #expect(await all(ended) == [.started, .finished(message: nil, text: "")])
        #expect(await all(waiting) == [stop])
        #expect(await all(feed.events(of: RunID("c"))) == [stop])
    }
}
