import ClawClient
import ClawProtocol
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import IRCTesting
import Testing

/// A person on a real IRC network and a Gateway as a process.
@Suite(.serialized, .timeLimit(.minutes(10))) struct IRCSystemTests {
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

    /// `send` answers when the network has the message; asked again, it says the same and sends nothing.
    @Test func aMessageIsSentOnceAndIsInTheHistoryOfItsChat() async throws {
        let network = try await IRCTestNetwork.start(services: false)
        let bob = try await RawIRCClient.connect(network, nick: "bob")
        let gateway = try GatewayProcess(configuration: IRCGateway.configuration(network, dmPolicy: "open"))
        try await gateway.start()
        try await bob.waitUntilOnline("claw")
        try await gateway.withClient { client in
            let hello: JSONValue = ["to": "user:bob", "message": "Good morning, Bob.", "idempotencyKey": "s1"]
            async let twin = client.request("send", hello)
            let sent = try await client.request("send", hello)
            #expect(sent["runId"] == "s1" && sent["channel"] == "irc" && sent["messageId"]?.stringValue != nil)
            #expect(try await twin["channel"] == "irc")
            #expect(try await bob.hear(from: "claw").hasSuffix("Good morning, Bob."))
            #expect(try await client.request("send", hello)["channel"] == "irc")
            let second: JSONValue = [
                "to": "bob", "channel": "IRC", "accountId": "default", "message": "And again.", "sessionKey": "garden",
                "idempotencyKey": "s2",
            ]
            _ = try await client.request("send", second)
            // The first one came once: this is the next line.
            #expect(try await bob.hear(from: "claw").hasSuffix("And again."))
            let history = try await client.request("chat.history", ["sessionKey": "main"])
            #expect(
                history["messages"]?.arrayValue?.map { $0["content"]?.arrayValue?.first?["text"] } == [
                    "Good morning, Bob."
                ])
            let garden = try await client.request("chat.history", ["sessionKey": "garden"])
            #expect(garden["messages"]?.arrayValue?.map { $0["model"] } == ["delivery-mirror"])

            var text = ""
            for params in Self.badSends {
                do {
                    text += "\(params.text.prefix(200))\n  \(try await client.request("send", params).text)\n"
                } catch GatewayClientError.refused(let error, _) {
                    text += "\(params.text.prefix(200))\n  \(error.json.text)\n"
                }
            }
            expectGolden(text, "send-refusals.txt")
        }
        #expect(await gateway.stop() == .exited(0))
    }

    private static let badSends: [JSONValue] = [
        [:], ["to": "bob", "idempotencyKey": "x"], ["to": "bob", "idempotencyKey": "x", "message": " \n"],
        ["to": "", "idempotencyKey": "", "message": 7, "more": 1],
        ["to": "bob", "idempotencyKey": "x", "message": "a\u{0}"],
        ["to": "bob\r\nQUIT", "idempotencyKey": "x", "message": "a"],
        ["to": .string(String(repeating: "b", count: 600)), "idempotencyKey": "x", "message": "a"],
        ["to": "user:", "idempotencyKey": "x", "message": "a"],
        ["to": "bob", "idempotencyKey": "x", "message": "a", "channel": "pigeon"],
        ["to": "bob", "idempotencyKey": "x", "message": "a", "channel": "webchat"],
        ["to": "bob", "idempotencyKey": "x", "message": "a", "accountId": "other"],
        ["to": "bob", "idempotencyKey": "x", "message": "a", "agentId": "nobody"],
        ["to": "bob", "idempotencyKey": "x", "message": "a", "sessionKey": "agent:x"],
        ["to": "bob", "idempotencyKey": "x", "mediaUrl": "http://127.0.0.1/x.png"],
    ]

    /// The chat in which the session was spoken to last hears that the restart which was asked for has happened.
    @Test func aRestartIsToldInTheChatOfItsSession() async throws {
        let network = try await IRCTestNetwork.start(services: false)
        let bob = try await RawIRCClient.connect(network, nick: "bob")
        let gateway = try GatewayProcess(configuration: IRCGateway.configuration(network, dmPolicy: "open"))
        try await gateway.start()
        try await bob.waitUntilOnline("claw")
        try await bob.say("PRIVMSG claw :Hello, who are you?")
        var line = try await bob.hear(from: "claw")
        #expect(line.contains("script"))
        try await gateway.withClient { client in
            let snapshot = try await client.request("config.get", [:])
            let answer = try await client.request(
                "config.patch",
                [
                    "raw": "{ gateway: { controlUi: { basePath: '/claw' } } }",
                    "baseHash": try #require(snapshot["hash"]), "restartDelayMs": 0, "sessionKey": "main",
                    "note": "The page has moved.",
                ])
            #expect(
                answer["sentinel"]?["payload"]?["deliveryContext"]
                    == ["channel": "irc", "to": "bob", "accountId": "default"], "\(answer.text)")
        }
        while !line.contains("restarted") { line = try await bob.hear(from: "claw") }
        #expect(line.hasSuffix("The Gateway has restarted (config-patch, ok). The page has moved."))
        // Once: what comes next is the answer to the next message.
        try await bob.waitUntilOnline("claw")
        try await bob.say("PRIVMSG claw :thanks")
        let next = try await bob.hear(from: "claw")
        #expect(!next.contains("restarted"), "\(next)")
        #expect(await gateway.stop() == .exited(0))
    }

    /// A crash right after the message is in the outbox, while the note is still there.
    @Test func aRestartThatACrashKeptFromBeingToldIsToldOnce() async throws {
        let network = try await IRCTestNetwork.start(services: false)
        let bob = try await RawIRCClient.connect(network, nick: "bob")
        let gateway = try GatewayProcess(configuration: IRCGateway.configuration(network, dmPolicy: "open"))
        let context: JSONValue = ["channel": "irc", "to": "bob", "accountId": "default"]
        let note: JSONValue = [
            "version": 1,
            "payload": [
                "kind": "restart", "status": "ok", "ts": 7, "sessionKey": "main", "message": "As asked.",
                "deliveryContext": context,
            ],
        ]
        let path = "\(gateway.stateDirectory)/restart-sentinel.json"
        try AtomicFile.write(note.bytes, to: path)
        do {
            try await gateway.start(environment: ["OPENCLAW_TEST_KILL_AT": "journal.commit.after:1"])
        } catch {
            // It may be gone before it takes a client.
        }
        #expect(try await gateway.waitForExit() == .signalled(9))
        #expect(try AtomicFile.read(path) != nil)
        try await gateway.start()
        #expect(try await bob.hear(from: "claw").hasSuffix("The Gateway has restarted (restart, ok). As asked."))
        #expect(try AtomicFile.read(path) == nil)
        try await bob.waitUntilOnline("claw")
        try await bob.say("PRIVMSG claw :Hello, who are you?")
        let next = try await bob.hear(from: "claw")
        #expect(next.contains("script"), "\(next)")
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
