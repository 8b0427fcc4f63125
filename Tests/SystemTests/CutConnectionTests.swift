import ClawClient
import ClawProtocol
import ClawSupport
import ClawSystemTesting
import NIOPosix
import Synchronization
import Testing

/// A client whose connection is cut all the time ends with the picture of one whose connection never was.
@Suite(.timeLimit(.minutes(10))) struct CutConnectionTests {
    private static let cuts = 1000

    @Test func aThousandCutsWhileAnswersStream() async throws {
        let (moments, moment) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .unbounded)
        let (whole, cut) = (Watcher(), Watcher())
        let isOver = Flag()
        try await InProcessGateway.run([:]) { gateway in
            try await CuttableRoute.run(to: gateway.port) { route in
                let ports = (straight: gateway.port, cuttable: route.port)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await whole.follow(ports.straight) { _, _ in } }
                    group.addTask {
                        // Each connection is cut at once, or after so many updates; every one hears something in the end.
                        await cut.follow(ports.cuttable) { connection, updates in
                            if updates == connection % 5 { moment.yield(connection) }
                        }
                    }
                    // From here on both are to know the same.
                    while whole.snapshots == 0 || cut.snapshots == 0 { try await Task.sleep(for: .milliseconds(1)) }
                    group.addTask {
                        try await gateway.withClient { try await Self.talk($0, heardBy: cut, until: isOver) }
                    }
                    for await connection in moments {
                        // Wherever it is then: it asks, it hears an answer, or, with the second cut, it is being made again.
                        for _ in 0..<(connection % 9) { await Task.yield() }
                        route.cut()
                        if connection % 7 == 0 {
                            for _ in 0..<(connection % 30) { await Task.yield() }
                            route.cut()
                        }
                        if connection >= Self.cuts { break }
                    }
                    isOver.raise()
                    try Task.checkCancellation()
                    for watcher in [whole, cut] {
                        while watcher.picture.ends["last"] == nil { try await Task.sleep(for: .milliseconds(1)) }
                    }
                    group.cancelAll()
                }
            }
        }
        #expect(whole.picture.order.count > 20)
        #expect(whole.picture.texts["run-1"] == Self.words(1))
        #expect(cut.picture.differences(from: whole.picture) == [])
        #expect(cut.picture.order == whole.picture.order)
        #expect(cut.snapshots == 1, "what was missed was always told")
    }

    private static func words(_ number: Int) -> String {
        (0..<20).map { "word\(number * $0)" }.joined(separator: " ")
    }

    /// One answer after the other, and a last one when it is over.
    ///
    /// Never far ahead of `listener`: on a starved machine more events than the Gateway keeps would pass between two of its
    /// connections, which is another test's subject.
    private static func talk(_ client: GatewayClient, heardBy listener: Watcher, until isOver: Flag) async throws {
        var number = 0
        while !isOver.isRaised {
            number += 1
            while number > listener.picture.order.count + 4, !isOver.isRaised {
                try await Task.sleep(for: .milliseconds(1))
            }
            try await say(client, words(number), session: "talk-\(number / 20)", run: "run-\(number)")
        }
        try await say(client, "the end", session: "end", run: "last")
    }

    private static func say(_ client: GatewayClient, _ text: String, session: String, run: String) async throws {
        _ = try await client.requestExpectingFinal(
            "agent",
            [
                "message": .string("repeat \(text)"), "sessionKey": .string(session), "idempotencyKey": .string(run),
            ])
    }
}

private final class Flag: Sendable {
    private let value = Mutex(false)

    var isRaised: Bool { value.withLock { $0 } }

    func raise() { value.withLock { $0 = true } }
}

/// A client that follows the events and keeps what it knows of the runs.
private final class Watcher: Sendable {
    struct Picture: Sendable, Equatable {
        var texts: [String: String] = [:]
        var ends: [String: String] = [:]
        /// The runs in the order in which they ended.
        var order: [String] = []

        func differences(from other: Picture) -> [String] {
            let runs = Set(texts.keys).union(other.texts.keys).union(ends.keys).union(other.ends.keys)
            return runs.sorted().compactMap { run in
                let (mine, theirs) = (
                    "\(texts[run] ?? "-"), \(ends[run] ?? "-")", "\(other.texts[run] ?? "-"), \(other.ends[run] ?? "-")"
                )
                return mine == theirs ? nil : "\(run): \(mine) instead of \(theirs)"
            }
        }
    }

    private let state = Mutex((picture: Picture(), snapshots: 0))

    var picture: Picture { state.withLock { $0.picture } }
    var snapshots: Int { state.withLock { $0.snapshots } }

    /// Until it is cancelled; `onUpdate` gets the number of the connection, and how many updates came over it so far.
    func follow(_ port: Int, onUpdate: (Int, Int) -> Void) async {
        var options = GatewayClientOptions(
            endpoint: GatewayEndpoint(localPort: port),
            client: ConnectParams.Client(id: "gateway-client", version: "1.0.0", platform: "linux", mode: "backend"),
            scopes: [.admin, .read], credentials: GatewayCredentials(token: Redacted(GatewayProcess.token)))
        // One participant of the presence list, however often it connects.
        options.client.instanceID = "watcher-\(port)"
        options.eventLoopGroup = .singletonMultiThreadedEventLoopGroup
        let reconnection = Reconnection(options, backoff: Backoff(first: .zero, maximum: .zero))
        var follower = EventFollower()
        var number = 0
        do {
            try await reconnection.run { client in
                number += 1
                var updates = 0
                onUpdate(number, updates)
                try await client.follow(&follower) { update in
                    state.withLock { Self.take(update, &$0) }
                    updates += 1
                    onUpdate(number, updates)
                }
            }
        } catch {
            if !Task.isCancelled { Issue.record("A client gave up: \(error)") }
        }
    }

    private static func take(_ update: EventFollower.Update, _ state: inout (picture: Picture, snapshots: Int)) {
        guard case .event(let event) = update else {
            state.snapshots += 1
            return
        }
        guard let payload = event.payload, let run = payload["runId"]?.stringValue else { return }
        if event.name == .agent, payload["stream"] == "assistant" {
            state.picture.texts[run] = payload["data"]?["text"]?.stringValue
        }
        if event.name == .chat, let end = payload["state"]?.stringValue, end != "delta" {
            state.picture.ends[run] = (state.picture.ends[run].map { $0 + " and " } ?? "") + end
            state.picture.order.append(run)
        }
    }
}
