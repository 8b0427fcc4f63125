import ClawCore
import ClawDaemon
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import IRCTesting
import Synchronization
import Testing

/// The ten stops of a message, in order, through a real channel on a real network.
@Suite(.timeLimit(.minutes(3))) struct LifeOfAMessageTests {
    @Test func aMessagePassesTheTenStopsInOrder() async throws {
        let network = try await IRCTestNetwork.start(services: false)
        let bob = try await RawIRCClient.connect(network, nick: "bob")
        let stops = StopRecorder()
        var environment = DaemonEnvironment()
        environment.trace = MessageTrace { stop, _ in stops.add(stop) }
        try await InProcessGateway.run(IRCGateway.configuration(network, dmPolicy: "open"), environment: environment) {
            _ in
            try await bob.waitUntilOnline("claw")
            try await bob.say("PRIVMSG claw :Hello, who are you?")
            #expect(try await bob.hear(from: "claw").contains("script"))
        }
        #expect(stops.all == MessageStop.allCases)
    }
}

/// Remembers which stops were reached.
private final class StopRecorder: Sendable {
    private let stops = Mutex<[MessageStop]>([])

    func add(_ stop: MessageStop) { stops.withLock { $0.append(stop) } }

    var all: [MessageStop] { stops.withLock { $0 } }
}
