import ClawClient
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import IRCTesting
import Testing

/// A person on a real IRC network and a Gateway as a process.
@Suite(.serialized, .timeLimit(.minutes(3))) struct IRCSystemTests {
    @Test func aStrangerIsPairedAndAnswered() async throws {
        let network = try await IRCTestNetwork.start(services: false)
        let bob = try await RawIRCClient.connect(network, nick: "bob")
        let gateway = try GatewayProcess(configuration: IRCGateway.configuration(network, dmPolicy: "pairing"))
        try await gateway.start()
        try await bob.waitUntilOnline("claw")
        try await bob.say("PRIVMSG claw :secret words of a stranger")
        var heard: [String] = []
        while !heard.contains(where: { $0.contains("openclaw pairing approve irc") }) {
            heard.append(try await bob.hear(from: "claw"))
        }
        let line = try #require(heard.first { $0.contains("Pairing code: ") })
        let code = try #require(line.split(separator: " ").last.map(String.init))
        let list = try await gateway.command(["pairing", "list", "irc"])
        #expect(list.output.contains(code))
        let approval = try await gateway.command(["pairing", "approve", "irc", code])
        #expect(approval.status == .exited(0), "\(approval.output)")
        try await bob.say("PRIVMSG claw :Hello, who are you?")
        #expect(try await bob.hear(from: "claw").contains("script"))
        let status = try await gateway.command(["channels", "status"])
        #expect(status.output.contains("irc") || status.output.contains("IRC"))
        #expect(await gateway.stop() == .exited(0))
        let journal = try #require(try AtomicFile.read("\(gateway.stateDirectory)/state/journal.sqlite"))
        #expect(!String(decoding: journal, as: UTF8.self).contains("secret words of a stranger"))
    }

    /// A change of its section starts the channel anew, and nothing else; taking the section away ends it.
    @Test func aChangedChannelIsStartedAnewWhileTheGatewayRuns() async throws {
        let network = try await IRCTestNetwork.start(services: false)
        let bob = try await RawIRCClient.connect(network, nick: "bob")
        let gateway = try GatewayProcess(configuration: IRCGateway.configuration(network, dmPolicy: "open"))
        try await gateway.start()
        try await bob.waitUntilOnline("claw")
        try await gateway.withClient { client in
            let set = try await gateway.command(["config", "set", "channels.irc.nick", "talon"])
            #expect(set.status == .exited(0), "\(set.output)")
            try await bob.waitUntilOnline("talon")
            try await bob.say("PRIVMSG talon :Hello, who are you?")
            #expect(try await bob.hear(from: "talon").contains("script"))
            let unset = try await gateway.command(["config", "unset", "channels.irc"])
            #expect(unset.status == .exited(0), "\(unset.output)")
            var rest = try await client.request("channels.status", [:])
            while rest["channelOrder"] != [] { rest = try await client.request("channels.status", [:]) }
            // The connection of this client went on through all of it.
            #expect(try await client.request("health", [:])["ok"] == true)
        }
        #expect(await gateway.stop() == .exited(0))
    }

    @Test func anAnswerThatACrashHeldBackIsSentOnce() async throws {
        let network = try await IRCTestNetwork.start(services: false)
        let bob = try await RawIRCClient.connect(network, nick: "bob")
        let gateway = try GatewayProcess(configuration: IRCGateway.configuration(network, dmPolicy: "open"))
        // The first append to a transcript follows the commit that holds the answer and its outbox row.
        try await gateway.start(environment: ["OPENCLAW_TEST_KILL_AT": "transcript.append.after:1"])
        try await bob.waitUntilOnline("claw")
        try await bob.say("PRIVMSG claw :Hello, who are you?")
        #expect(try await gateway.waitForExit() == .signalled(9))
        try await gateway.start()
        #expect(try await bob.hear(from: "claw").contains("script"))
        try await bob.waitUntilOnline("claw")
        try await bob.say("PRIVMSG claw :thanks")
        let next = try await bob.hear(from: "claw")
        #expect(!next.contains("Hello!"), "the first answer came twice: \(next)")
    }
}

/// What the IRC tests of a whole Gateway share.
enum IRCGateway {
    static func configuration(_ network: IRCTestNetwork, dmPolicy: String) -> JSONObject {
        var irc: JSONObject = [
            "host": "127.0.0.1", "port": .int(network.tlsPort), "tlsCaFile": .string(network.certificate),
            "nick": "claw", "dmPolicy": .string(dmPolicy), "flood": ["burst": 20, "intervalMs": 20],
        ]
        if dmPolicy == "open" { irc["allowFrom"] = ["*"] }
        return ["channels": ["irc": .object(irc)]]
    }
}
