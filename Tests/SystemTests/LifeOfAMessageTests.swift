import ClawCore
import ClawDaemon
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import IRCTesting
import Synchronization
import Testing

/// The ten stops of a message, in order, through a real channel on a real network.
@Suite(.timeLimit(.minutes(10))) struct LifeOfAMessageTests {
    @Test func aMessagePassesTheTenStopsInOrder() async throws {
        let network = try await IRCTestNetwork.start(services: false)
        let bob = try await RawIRCClient.connect(network, nick: "bob")
        let passages = PassageRecorder()
        var environment = DaemonEnvironment()
        environment.trace = MessageTrace { stop, id in passages.add(Passage(stop: stop, id: id)) }
        try await InProcessGateway.run(IRCGateway.configuration(network, dmPolicy: "open"), environment: environment) {
            _ in
            try await bob.waitUntilOnline("claw")
            // What is received and is no message stops there: reception comes before translation.
            try await bob.say("PRIVMSG claw :\u{1}VERSION\u{1}")
            try await bob.say("PRIVMSG claw :Hello, who are you?")
            #expect(try await bob.hear(from: "claw").contains("script"))
        }
        #expect(passages.all.map(\.stop) == [.receive] + MessageStop.allCases)
        // From the queue on it is the same row of the journal.
        let rows = Set(passages.all.drop { $0.stop != .queue }.map(\.id))
        #expect(rows.count == 1)
        #expect(rows.first?.isEmpty == false)
    }
}

private struct Passage: Sendable, Hashable {
    var stop: MessageStop
    /// The platform's id before the message is admitted, the work item's after that.
    var id: String
}

private final class PassageRecorder: Sendable {
    private let passages = Mutex<[Passage]>([])

    func add(_ passage: Passage) { passages.withLock { $0.append(passage) } }

    var all: [Passage] { passages.withLock { $0 } }
}
