import ClawCore
import ClawSupport
import ClawTestKit
import Logging
import Synchronization
import Testing

@testable import IRCChannel
@testable import IRCTesting

/// The suite of all channels over a real network: the person is a client of its own.
private struct IRCScenario: ChannelScenario {
    let channel: any Channel
    let client: RawIRCClient
    let person = Peer(kind: .direct, id: "bob")
    let unreachable = Peer(kind: .direct, id: "nobody")

    func personSays(_ text: String) async throws { try await client.say("PRIVMSG claw :\(text)") }

    func personHears() async throws -> String { try await client.hear(from: "claw") }
}

/// Against inspircd and atheme; a machine that cannot have them fails here by name.
@Suite(.serialized) struct IRCRealServerTests {
    private func section(_ network: IRCTestNetwork) -> JSONObject {
        [
            "host": "127.0.0.1", "port": .int(network.tlsPort), "tlsCaFile": .string(network.certificate),
            "nick": "claw", "channels": ["#Room"], "flood": ["burst": 4, "intervalMs": 20],
        ]
    }

    private func make(_ section: JSONObject) throws -> IRCChannel {
        var logger = Logger(label: "irc")
        logger.logLevel = .error
        return try IRCChannel.make(
            section: section, account: .default, environment: [:], time: SystemTimeSource(), entropy: SystemEntropy(),
            logger: logger)
    }

    /// Runs the channel while `body` runs.
    private func running(
        _ channel: IRCChannel, _ sink: InMemoryInboundSink, _ body: () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await channel.run(sink: sink) }
            do { try await body() } catch {
                group.cancelAll()
                throw ChildProcess.Failure(description: "\(error) Channel: \(channel.status)")
            }
            group.cancelAll()
        }
        #expect(!channel.status.running)
        #expect(!channel.status.connected)
    }

    private func message(_ text: String, to peer: Peer) -> OutboundMessage {
        OutboundMessage(
            agent: .main, channel: IRCChannel.channelID, account: .default, peer: peer,
            text: text)
    }

    private func inRoom(_ channel: IRCChannel) async throws {
        try await eventually("the room") { channel.state.withLock { $0.machine.rooms["#room"]?.isJoined == true } }
    }

    @Test func saslOverTLSAndBothWaysOfTalking() async throws {
        let network = try await IRCTestNetwork.start()
        let owner = try await RawIRCClient.connect(network, nick: "claw")
        try await owner.register(password: "claw-secret")
        try await owner.say("QUIT")
        let alice = try await RawIRCClient.connect(network, nick: "alice")
        try await alice.register(password: "alice-secret")
        let bob = try await RawIRCClient.connect(network, nick: "bob")
        var section = section(network)
        section["sasl"] = ["username": "claw", "password": "claw-secret"]
        let channel = try make(section)
        let sink = InMemoryInboundSink()
        try await running(channel, sink) {
            try await inRoom(channel)
            #expect(channel.identity.account == "claw")
            #expect(channel.identity.nick == "claw")
            #expect(channel.status.connected)
            #expect(channel.status.lastError == nil)

            try await alice.say("PRIVMSG claw :hello \u{2}claw\u{2}")
            let direct = try await sink.message(0)
            #expect(direct.text == "hello claw")
            #expect(direct.sender.principal == "account:alice")
            #expect(direct.sender.assurance == .authenticated)
            #expect(direct.peer == Peer(kind: .direct, id: "alice", name: "alice"))
            #expect(direct.messageID?.isEmpty == false)
            let receipt = try await channel.send(message("**hi** alice", to: direct.peer))
            #expect(receipt.messageID?.isEmpty == false)
            #expect(try await alice.hear(from: "claw") == "hi alice")

            try await bob.join("#room")
            try await bob.say("PRIVMSG #room :chatting")
            try await bob.say("NOTICE claw :ignore me")
            try await bob.say("PRIVMSG claw :\u{1}VERSION\u{1}")
            try await bob.say("PRIVMSG #room :Claw: what now?")
            let first = try await sink.message(1)
            #expect(first.text == "chatting")
            #expect(first.wasMentioned == false)
            #expect(first.peer == Peer(kind: .group, id: "#room", name: "#Room"))
            let second = try await sink.message(2)
            #expect(second.text == "what now?")
            #expect(second.wasMentioned == true)
            #expect(second.sender.principal == "bob!bob@127.0.0.1")
            #expect(second.sender.assurance == .claimed)
            _ = try await channel.send(message("nothing\nmuch", to: second.peer))
            #expect(try await bob.hear(from: "claw") == "nothing")
            #expect(try await bob.hear(from: "claw") == "much")
            #expect(sink.all.count == 3)
        }
        let quit = try await bob.waitFor("the goodbye") { $0.command == "QUIT" && $0.source?.nick == "claw" }
        #expect(quit.text.contains("OpenClaw stops"))
    }

    /// Whoever looks on sees no trace of the looks: no second bot, and the connection goes on.
    @Test func aProbeAsksTheServerAndDisturbsNothing() async throws {
        let network = try await IRCTestNetwork.start(services: false)
        let bob = try await RawIRCClient.connect(network, nick: "bob")
        try await bob.join("#room")
        let channel = try make(section(network))
        let port = JSONValue.int(network.tlsPort)
        // Not running: a connection of its own finds out, under another nick and outside of the room.
        let before = try await channel.probe(timeout: .seconds(20))
        #expect(before.error == nil && before.latency != nil)
        #expect(
            before.details == ["host": "127.0.0.1", "port": port, "tls": true, "nick": "claw", "via": "connect"])
        #expect(!channel.status.running && !channel.status.connected && channel.status.lastError == nil)
        try await running(channel, InMemoryInboundSink()) {
            try await inRoom(channel)
            let start = channel.status.lastConnectedAt
            let probes = try await withThrowingTaskGroup(of: ChannelProbe.self) { group in
                for _ in 0..<5 { group.addTask { try await channel.probe(timeout: .seconds(20)) } }
                return try await group.reduce(into: [ChannelProbe]()) { $0.append($1) }
            }
            #expect(probes.allSatisfy { $0.error == nil && $0.latency != nil && $0.details["via"] == "ping" })
            #expect(channel.status.lastConnectedAt == start && channel.identity.nick == "claw")
            #expect(channel.state.withLock { $0.pings.isEmpty })
            _ = try await channel.send(message("still here", to: Peer(kind: .direct, id: "bob")))
            #expect(try await bob.hear(from: "claw") == "still here")
        }
        network.killServer()
        let gone = try await channel.probe(timeout: .seconds(20))
        #expect(gone.latency == nil && gone.error?.hasPrefix("Cannot connect: 127.0.0.1:") == true)
    }

    @Test func aProbeTellsThatTheServerRefusesTheBot() async throws {
        let network = try await IRCTestNetwork.start()
        var section = section(network)
        section["sasl"] = ["username": "claw", "password": "wrong"]
        let probe = try await make(section).probe(timeout: .seconds(20))
        #expect(probe.error?.hasPrefix("SASL authentication failed") == true && probe.latency == nil)
        // The port speaks TLS, so a bot that does not hears nothing it understands.
        section["sasl"] = nil
        section["tls"] = false
        let plain = try await make(section).probe(timeout: .milliseconds(1500))
        #expect(plain.error != nil && plain.latency == nil)
    }

    @Test func theSuiteOfAllChannelsHolds() async throws {
        let network = try await IRCTestNetwork.start(services: false)
        let bob = try await RawIRCClient.connect(network, nick: "bob")
        try await ChannelConformance.check(IRCScenario(channel: try make(section(network)), client: bob))
    }

    @Test func aLongAnswerArrivesCompleteAndInOrder() async throws {
        let network = try await IRCTestNetwork.start(services: false)
        let bob = try await RawIRCClient.connect(network, nick: "bob")
        let channel = try make(section(network))
        try await running(channel, InMemoryInboundSink()) {
            try await inRoom(channel)
            var answer = ""
            var number = 0
            while answer.utf8.count < 5000 {
                number += 1
                answer += "word\(number) "
            }
            _ = try await channel.send(message(answer, to: Peer(kind: .direct, id: "bob")))
            var heard: [String] = []
            while heard.joined(separator: " ").utf8.count < answer.utf8.count - 1 {
                let line = try await bob.hear(from: "claw")
                #expect(line.utf8.count <= 350)
                heard.append(line)
            }
            #expect(heard.joined(separator: " ") + " " == answer)
            #expect(heard.count > 14)
        }
    }

    @Test func whatTheServerRefusesIsPermanent() async throws {
        let network = try await IRCTestNetwork.start(services: false)
        let bob = try await RawIRCClient.connect(network, nick: "bob")
        try await bob.join("#other")
        try await bob.say("MODE #other +n")
        let channel = try make(section(network))
        #expect(await failure(channel, to: "bob") == .retryable(reason: "IRC is not connected.", after: nil))
        try await running(channel, InMemoryInboundSink()) {
            try await inRoom(channel)
            #expect(await failure(channel, to: "nobody") == .permanent(reason: "No such nick (nobody, 401)"))
            let refusal = await failure(channel, to: "#other")
            let sentence = "You cannot send external messages to this channel whilst the +n (noextmsg) mode is set."
            #expect(refusal == .permanent(reason: "\(sentence) (#other, 404)"))
            #expect(
                await failure(channel, to: "a,b")
                    == .permanent(reason: "“a,b” is neither a nick nor a channel of IRC."))
        }
    }

    private func failure(_ channel: IRCChannel, to target: String) async -> DeliveryError? {
        do {
            _ = try await channel.send(message("x", to: IRCChannel.target(target) ?? Peer(kind: .direct, id: target)))
            return nil
        } catch {
            return error as? DeliveryError
        }
    }

    @Test func aTakenNickIsTakenBackByNickServ() async throws {
        let network = try await IRCTestNetwork.start()
        let squatter = try await RawIRCClient.connect(network, nick: "claw")
        try await squatter.register(password: "claw-secret")
        var section = section(network)
        section["nickserv"] = ["password": "claw-secret"]
        let channel = try make(section)
        try await running(channel, InMemoryInboundSink()) {
            try await inRoom(channel)
            #expect(channel.identity.account == "claw")
            try await eventually("the nick") { channel.identity.nick == "claw" }
        }
    }

    @Test func aTakenNickOfAStrangerLeadsToASuffix() async throws {
        let network = try await IRCTestNetwork.start(services: false)
        let stranger = try await RawIRCClient.connect(network, nick: "claw")
        let channel = try make(section(network))
        try await running(channel, InMemoryInboundSink()) {
            try await inRoom(channel)
            #expect(channel.identity.nick == "claw_")
            try await stranger.join("#room")
            try await stranger.say("QUIT")
            try await eventually("the nick") { channel.identity.nick == "claw" }
        }
    }

    @Test func aServerThatDiesAndComesBackLosesNothing() async throws {
        let network = try await IRCTestNetwork.start(services: false)
        let channel = try make(section(network))
        let sink = InMemoryInboundSink()
        try await running(channel, sink) {
            try await inRoom(channel)
            let before = try await RawIRCClient.connect(network, nick: "bob")
            _ = try await channel.send(message("before", to: Peer(kind: .direct, id: "bob")))
            #expect(try await before.hear(from: "claw") == "before")
            try await before.say("PRIVMSG claw :one")
            #expect(try await sink.message(0).text == "one")

            network.killServer()
            try await eventually("the end of the connection") { !channel.status.connected }
            #expect(await failure(channel, to: "bob") == .retryable(reason: "IRC is not connected.", after: nil))
            #expect(channel.status.lastError != nil)
            try await network.startServer()
            let after = try await RawIRCClient.connect(network, nick: "bob")
            try await inRoom(channel)
            #expect(channel.status.reconnectAttempts == 0)
            _ = try await channel.send(message("after", to: Peer(kind: .direct, id: "bob")))
            #expect(try await after.hear(from: "claw") == "after")
            try await after.say("PRIVMSG claw :two")
            #expect(try await sink.message(1).text == "two")
            #expect(sink.all.map(\.text) == ["one", "two"])
        }
    }

    @Test func certificatesAreChecked() async throws {
        let network = try await IRCTestNetwork.start(services: false)
        var untrusted = section(network)
        untrusted["tlsCaFile"] = nil
        for (key, value, works) in [
            ("unset", JSONValue.bool(true), false), ("dangerouslyAllowInvalidCertificates", true, true),
            ("tlsFingerprint", .string(String(repeating: "ab", count: 32)), false),
        ] {
            var section = untrusted
            section[key] = value
            let channel = try make(section)
            try await running(channel, InMemoryInboundSink()) {
                if works {
                    try await eventually("the connection") { channel.status.connected }
                } else {
                    try await eventually("the refusal") { channel.status.lastError != nil }
                    #expect(!channel.status.connected)
                }
            }
        }
        let der = try CertificateDigest.sha256(ofPEM: network.certificate)
        untrusted["tlsFingerprint"] = .string(der)
        let pinned = try make(untrusted)
        try await running(pinned, InMemoryInboundSink()) {
            try await eventually("the connection") { pinned.status.connected }
        }
    }
}

/// The digest that an operator would copy into `tlsFingerprint`.
private enum CertificateDigest {
    static func sha256(ofPEM path: String) throws -> String {
        let text = String(decoding: try #require(try AtomicFile.read(path)), as: UTF8.self)
        let body = text.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        return sha256Hex(try #require(Base64.decode(body)))
    }
}
