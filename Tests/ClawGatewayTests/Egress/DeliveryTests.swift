import ClawCore
import ClawGateway
import ClawStore
import ClawSupport
import ClawTestKit
import Logging
import Synchronization
import Testing

/// The outbox pump over a real journal, with a channel that does as it is told.
@Suite(.timeLimit(.minutes(10))) struct DeliveryTests {
    private struct World: Sendable {
        let folder: TemporaryDirectory
        let time = ManualTimeSource()
        let journal: Journal
        let channel: ScriptedChannel
        let delivery: Delivery
        let metrics = GatewayMetrics()

        init(_ script: @escaping ScriptedChannel.Script) throws {
            folder = try TemporaryDirectory("outbox")
            let directory = StateDirectory(root: folder.path)
            try directory.prepare()
            journal = try Journal.open(path: directory.journalPath, time: time, entropy: SequentialEntropy())
            channel = ScriptedChannel(script: script)
            delivery = Delivery(
                journal: journal, channels: ChannelRegistry(channels: [channel]), time: time,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, metrics: metrics)
        }

        @discardableResult func put(_ text: String, to peer: String) async throws -> WorkID {
            let agent = try #require(AgentID(normalizing: "ada"))
            let message = OutboundMessage(
                agent: agent, channel: channel.id, account: channel.account, peer: Peer(kind: .direct, id: peer),
                text: text)
            let row = try await journal.admit(NewWork(kind: .delivery, payload: message.payload)).item.id
            delivery.wake()
            return row
        }

        /// Runs the pump while `body` does.
        func run(_ body: () async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await delivery.run() }
                try await body()
                group.cancelAll()
            }
        }

        func outcome(of row: WorkID) async throws -> Outcome? { try await journal.item(row)?.outcome }
    }

    @Test func aChatThatStallsHoldsUpNoOther() async throws {
        let (gate, opening) = AsyncStream<Never>.makeStream(of: Never.self, bufferingPolicy: .bufferingOldest(1))
        let world = try World { message in
            if message.peer.id == "slow" { for await _ in gate {} }
        }
        try await world.run {
            var sends = world.channel.sends.makeAsyncIterator()
            let stalled = try await world.put("one", to: "slow")
            #expect(await sends.next()?.text == "one")
            // This one comes while the first is still being sent.
            let swift = try await world.put("two", to: "swift")
            #expect(await sends.next()?.text == "two")
            while try await world.outcome(of: swift) == nil { await Task.yield() }
            #expect(try await world.outcome(of: stalled) == nil)
            opening.finish()
            while try await world.outcome(of: stalled) == nil { await Task.yield() }
            #expect(try await world.outcome(of: stalled) == .delivered)
        }
    }

    @Test func endsAreCountedByChannelAndOutcome() async throws {
        let world = try World { message in
            if message.text == "bad" { throw DeliveryError.permanent(reason: "no such chat") }
        }
        try await world.run {
            for text in ["good", "bad", "good"] {
                let row = try await world.put(text, to: "ann")
                while try await world.outcome(of: row) == nil { await Task.yield() }
            }
            let broken = try await world.journal.admit(NewWork(kind: .delivery, payload: "rubbish")).item.id
            world.delivery.wake()
            while try await world.outcome(of: broken) == nil { await Task.yield() }
        }
        let text = String(decoding: PrometheusText.bytes(world.metrics.registry.snapshot), as: UTF8.self)
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("openclaw_deliveries_total{") }
        #expect(
            lines == [
                "openclaw_deliveries_total{channel=\"scripted\",outcome=\"delivered\"} 2",
                "openclaw_deliveries_total{channel=\"scripted\",outcome=\"failed\"} 1",
                "openclaw_deliveries_total{channel=\"unknown\",outcome=\"dead\"} 1",
            ])
    }

    @Test func aRetryKeepsTheOrderOfItsChat() async throws {
        let failures = Mutex(1)
        let world = try World { message in
            let fails = failures.withLock { left in
                defer { left = max(0, left - 1) }
                return left > 0
            }
            if fails { throw DeliveryError.retryable(reason: "busy", after: nil) }
        }
        try await world.run {
            var sends = world.channel.sends.makeAsyncIterator()
            try await world.put("one", to: "ann")
            #expect(await sends.next()?.text == "one")
            await world.time.waitForSleepers(1)
            let last = try await world.put("two", to: "ann")
            // A wake does not bring the next attempt forward, and the second waits behind the first.
            try await world.put("other", to: "bob")
            #expect(await sends.next()?.text == "other")
            await world.time.waitForSleepers(1)
            world.time.advance(by: .seconds(5))
            #expect(await sends.next()?.text == "one")
            #expect(await sends.next()?.text == "two")
            while try await world.outcome(of: last) == nil { await Task.yield() }
        }
    }

    @Test func aRowThatNobodyCanSendEnds() async throws {
        let world = try World { _ in throw DeliveryError.permanent(reason: "no such nick") }
        try await world.run {
            let row = try await world.put("one", to: "ann")
            let unreadable = try await world.journal.admit(NewWork(kind: .delivery, payload: "nonsense")).item.id
            world.delivery.wake()
            while try await world.outcome(of: row) == nil { await Task.yield() }
            while try await world.outcome(of: unreadable) == nil { await Task.yield() }
            #expect(try await world.outcome(of: row) == .failed(reason: "no such nick", told: false))
            #expect(try await world.outcome(of: unreadable) == .dead(reason: "The row cannot be read."))
        }
    }
}
