import ClawCore
import Testing

@testable import IRCChannel

struct IRCDeliveryQueueTests {
    private let network = IRCNetwork()
    private let quick = IRCFloodLimit(burst: 4, interval: .seconds(2), queueLimit: 5)

    private func line(_ text: String) throws -> IRCMessage { try #require(IRCMessage(line: Array(text.utf8))) }

    @Test func linesLeaveInOrderAndAPongConfirms() throws {
        var queue = IRCDeliveryQueue(flood: quick)
        let id = queue.reserve()
        #expect(queue.add(id, texts: ["one", "two"], target: "#r", foldedTarget: "#r", labelled: false) == true)
        #expect(queue.next(now: 0) == .write(IRCMessage("PRIVMSG", "#r", "one")))
        #expect(queue.next(now: 0) == .write(IRCMessage("PRIVMSG", "#r", "two")))
        #expect(queue.next(now: 0) == .write(IRCMessage("PING", "claw-sent-1")))
        #expect(queue.next(now: 0) == .idle)
        #expect(queue.receive(try line(":irc.test PONG irc.test :claw-live"), network: network) == [])
        #expect(queue.receive(try line(":irc.test PONG irc.test :claw-sent-9"), network: network) == [])
        #expect(
            queue.receive(try line(":irc.test PONG irc.test :claw-sent-1"), network: network)
                == [.init(id: 1, result: .success(DeliveryReceipt()))])
        #expect(queue.isEmpty)
    }

    @Test func anEchoGivesTheMessageID() throws {
        var queue = IRCDeliveryQueue(flood: quick)
        #expect(queue.add(queue.reserve(), texts: ["one"], target: "#r", foldedTarget: "#r", labelled: true) == true)
        #expect(queue.next(now: 0) == .write(IRCMessage("PRIVMSG", "#r", "one", tags: ["label": "1-0"])))
        _ = queue.next(now: 0)
        #expect(queue.receive(try line("@label=1-0 :irc.test BATCH +b labeled-response"), network: network) == [])
        #expect(queue.receive(try line("@batch=b;msgid=m7 :claw!u@h PRIVMSG #r :one"), network: network) == [])
        #expect(queue.receive(try line("@batch=b :irc.test 301 claw bo :away"), network: network) == [])
        #expect(
            queue.receive(try line("PONG irc.test :claw-sent-1"), network: network)
                == [.init(id: 1, result: .success(DeliveryReceipt(messageID: "m7")))])
    }

    @Test func refusalsArePermanentAndStopTheRest() throws {
        for (labelled, refusal) in [
            (true, "@label=2-0 :irc.test 404 claw #r :Cannot send to channel"),
            (false, ":irc.test 404 claw #R :Cannot send to channel"),
        ] {
            var queue = IRCDeliveryQueue(flood: quick)
            #expect(
                queue.add(queue.reserve(), texts: ["a"], target: "bo", foldedTarget: "bo", labelled: labelled) == true)
            #expect(
                queue.add(queue.reserve(), texts: ["b", "c"], target: "#r", foldedTarget: "#r", labelled: labelled)
                    == true)
            for _ in 0..<3 { _ = queue.next(now: 0) }
            let expected = DeliveryError.permanent(reason: "Cannot send to channel (\(labelled ? "#r" : "#R"), 404)")
            #expect(queue.receive(try line(refusal), network: network) == [.init(id: 2, result: .failure(expected))])
            #expect(queue.next(now: 0) == .idle)
            #expect(queue.receive(try line(":irc.test 401 claw other :No such nick"), network: network) == [])
        }
    }

    @Test func aCutConnectionTellsWhatMayHaveBeenSeen() {
        var queue = IRCDeliveryQueue(flood: quick)
        #expect(
            queue.add(queue.reserve(), texts: ["a", "b"], target: "bo", foldedTarget: "bo", labelled: false) == true)
        #expect(queue.add(queue.reserve(), texts: ["c"], target: "bo", foldedTarget: "bo", labelled: false) == true)
        _ = queue.next(now: 0)
        #expect(
            queue.disconnect(reason: "gone") == [
                .init(id: 1, result: .failure(.unknown(reason: "gone"))),
                .init(id: 2, result: .failure(.retryable(reason: "gone", after: nil))),
            ])
        #expect(queue.isEmpty)
    }

    @Test func theQueueIsBoundedAndCanBeLeft() {
        var queue = IRCDeliveryQueue(flood: quick)
        let four = ["1", "2", "3", "4"]
        #expect(queue.add(queue.reserve(), texts: four, target: "bo", foldedTarget: "bo", labelled: false) == true)
        #expect(
            queue.add(queue.reserve(), texts: ["5", "6"], target: "bo", foldedTarget: "bo", labelled: false) == false)
        #expect(queue.add(queue.reserve(), texts: ["5"], target: "bo", foldedTarget: "bo", labelled: false) == true)
        #expect(queue.cancel(3) == false)
        _ = queue.next(now: 0)
        #expect(queue.cancel(1) == true)
        #expect(queue.next(now: 0) == .idle)
        #expect(
            queue.add(queue.reserve(), texts: four + ["5"], target: "bo", foldedTarget: "bo", labelled: false) == true)
    }

    @Test func floodControlLetsABurstPassAndThenOneAtATime() {
        var bucket = TokenBucket(burst: 4, interval: .seconds(2))
        let second: UInt64 = 1_000_000_000
        let start = 100 * second
        let burst = (0..<4).map { _ in bucket.take(now: start) }
        #expect(burst == [nil, nil, nil, nil])
        #expect(bucket.take(now: start) == 2 * second)
        #expect(bucket.take(now: start + second) == second)
        #expect(bucket.take(now: start + 2 * second) == nil)
        #expect(bucket.take(now: start + 2 * second) == 2 * second)
        let later = (0..<5).map { _ in bucket.take(now: start + 100 * second) }
        #expect(later == [nil, nil, nil, nil, 2 * second])
        var free = TokenBucket(burst: 1, interval: .zero)
        let waits = (0..<50).compactMap { _ in free.take(now: 5) }
        #expect(waits == [])
    }

    @Test func reconnectingGetsSlowerUntilAConnectionHolds() {
        var reconnect = IRCReconnect()
        let second: UInt64 = 1_000_000_000
        let waits = (0..<10).map { _ in reconnect.failed(.pingTimeout, now: 0, random: 0) }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300].map { .seconds($0) })
        reconnect.cameOnline(now: 0)
        #expect(reconnect.failed(.closedByServer, now: 30 * second, random: 0) == .seconds(300))
        reconnect.cameOnline(now: 100 * second)
        #expect(reconnect.failed(.closedByServer, now: 200 * second, random: 1) == .milliseconds(700))
        #expect(reconnect.attempts == 1)
        #expect(reconnect.failed(.authenticationFailed("no"), now: 0, random: 0) == .seconds(120))
    }
}
