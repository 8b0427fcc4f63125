import ClawConfig
import ClawCore
import ClawGateway
import ClawStore
import ClawSupport
import ClawTestKit
import Logging
import Testing

/// `send` (gateway-methods §8) over a real journal and outbox, with a channel that does as it is told.
@Suite(.timeLimit(.minutes(10))) struct SendMethodTests {
    private struct World: Sendable {
        let bench: MethodBench
        let channel: ScriptedChannel
        let delivery: Delivery
        let method: SendMethod

        /// The channel takes ten characters at once, and its id of a message is the text in brackets.
        init(_ script: @escaping ScriptedChannel.Script = { _ in }) throws {
            bench = try MethodBench()
            var capabilities = ChannelCapabilities()
            capabilities.textLimit = 10
            channel = ScriptedChannel(capabilities: capabilities, receipt: { "<\($0.text)>" }, script: script)
            let channels = ChannelRegistry(channels: [channel])
            delivery = Delivery(
                journal: bench.journal, channels: channels, time: bench.time,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let configuration = Configuration.parse(["agents": ["list": [["id": "main"], ["id": "work"]]]])
            method = SendMethod(
                ports: SendMethod.Ports(
                    sessions: ClientSessions(store: bench.sessions, configuration: Live(configuration.configuration)),
                    channels: channels, journal: bench.journal, watch: delivery.watch, wakeOutbox: delivery.wake,
                    time: bench.time, entropy: SequentialEntropy()))
        }

        func send(_ text: String, key: String, _ more: JSONObject = [:]) async -> JSONValue {
            var params: JSONObject = ["to": "ann", "message": .string(text), "idempotencyKey": .string(key)]
            for (name, value) in more { params[name] = value }
            return await bench.answer(method, .object(params))
        }

        /// Runs the outbox while `body` does.
        func run(_ body: () async throws -> Void) async throws {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await delivery.run() }
                try await body()
                group.cancelAll()
            }
        }

        /// The texts of a session's transcript.
        func history(_ key: String) async throws -> [String] {
            guard let record = try await bench.sessions.record(SessionKey(canonical: key)) else { return [] }
            return try await bench.sessions.history(record, limit: 100).compactMap {
                $0["message"]?["content"]?.arrayValue?.first?["text"]?.stringValue
            }
        }

        /// How many rows wait in the outbox.
        func waiting() async throws -> Int { try await bench.journal.unfinished(.delivery).count }
    }

    private static let sent: JSONValue = ["runId": "abc", "messageId": "<three four>", "channel": "scripted"]

    @Test func aLongTextIsOneMessageInSeveralParts() async throws {
        let world = try World()
        try await world.run {
            var sends = world.channel.sends.makeAsyncIterator()
            #expect(await world.send("one two\nthree four", key: "abc") == Self.sent)
            #expect(await sends.next()?.text == "one two")
            #expect(await sends.next()?.text == "three four")
            #expect(try await world.history("agent:main:main") == ["one two\nthree four"])
            // The same key again says the same and sends nothing, whatever comes with it.
            #expect(await world.send("one two\nthree four", key: "abc") == Self.sent)
            #expect(await world.send("one", key: "abc") == Self.sent)
            #expect(await world.send("one two\nthree four\nfive six", key: "abc", ["to": "bob"]) == Self.sent)
            #expect(try await world.history("agent:main:main") == ["one two\nthree four"])
            // Nor is another key taken for a part of this one.
            for key in ["1:abc", "abc:1"] { #expect(await world.send("hello", key: key)["messageId"] == "<hello>") }
            #expect(await sends.next()?.text == "hello")
            #expect(await sends.next()?.text == "hello")
            let rows = try await world.bench.journal.why("send:abc")
            #expect(rows.map(\.outcome) == [.delivered, .delivered])
        }
    }

    /// What is said comes into the history with the rows that say it, not after a caller's patience.
    @Test func whoGivesUpWaitingFindsTheMessageDelivered() async throws {
        let (gate, opening) = AsyncStream<Never>.makeStream(of: Never.self, bufferingPolicy: .bufferingOldest(1))
        let world = try World { _ in for await _ in gate {} }
        try await world.run {
            async let first = world.send("one two\nthree four", key: "abc")
            await world.bench.time.waitForSleepers(1)
            world.bench.time.advance(by: .seconds(30))
            #expect(
                await first["error"] == [
                    "code": "UNAVAILABLE", "message": "The message waits to be delivered.",
                    "details": [
                        "hint": "It is sent as soon as the channel takes it. How it stands: openclaw why w1"
                    ], "retryable": true,
                ])
            let history = try await world.history("agent:main:main")
            #expect(history == ["one two\nthree four"])
            opening.finish()
            #expect(await world.send("one two\nthree four", key: "abc") == Self.sent)
            #expect(try await world.history("agent:main:main") == ["one two\nthree four"])
        }
    }

    @Test func aFailureSaysHowMuchArrived() async throws {
        let world = try World { message in
            if message.text.hasPrefix("three") { throw DeliveryError.permanent(reason: "no such nick") }
        }
        try await world.run {
            let half = await world.send("one two\nthree four", key: "abc")["error"]?["message"]
            #expect(half == "Only 1 of 2 parts of the message were delivered: no such nick")
            let none = await world.send("three", key: "d")["error"]?["message"]
            #expect(none == "The message was not delivered: no such nick")
        }
    }

    @Test func aSessionThatWasResetIsTakenAsItIs() async throws {
        let world = try World()
        try await world.run {
            _ = await world.send("one", key: "a")
            _ = try await world.bench.sessions.reset(SessionKey(canonical: "agent:main:main"), reason: .reset)
            #expect(await world.send("two", key: "b")["messageId"] == "<two>")
            #expect(try await world.history("agent:main:main") == ["two"])
        }
    }

    @Test(
        arguments: [
            (["sessionKey": "agent:ghost:x"], #"invalid send params: unknown agent id "ghost""#),
            (["agentId": "ghost"], #"invalid send params: unknown agent id "ghost""#),
            (
                ["sessionKey": "agent:work:x", "agentId": "main"],
                #"invalid send params: agent "main" does not match session key agent "work""#
            ),
            (["sessionKey": "agent:x"], #"invalid send params: malformed session key "agent:x""#),
            (["message": "\u{A0}\u{2028}"], "invalid send params: text or media is required"),
            (
                ["message": .string(String(repeating: "x", count: 501))],
                "The text is too long: scripted takes messages of 10 characters, and one text may become 50."
            ),
            (
                [
                    "message": .string(
                        String(repeating: "long word\n", count: 30) + String(repeating: "sixsix\n", count: 25))
                ],
                "The text is too long: scripted takes messages of 10 characters, and one text may become 50."
            ),
        ] as [(JSONObject, String)])
    func whatIsRefusedLeavesNothingBehind(_ params: JSONObject, _ message: String) async throws {
        let world = try World()
        let error = await world.send("hello", key: "a", params)["error"]
        #expect(error?["code"] == "INVALID_REQUEST" && error?["message"] == .string(message))
        #expect(try await world.waiting() == 0)
        #expect(try await world.bench.sessions.list(agent: nil).isEmpty)
        #expect(!AtomicFile.exists("\(world.bench.directory.path)/agents/ghost"))
    }

    @Test func aChatThatMustNotBeWrittenToIsNotReachedThroughAnotherSession() async throws {
        let world = try World()
        let chat = SessionKey(canonical: "agent:main:main")
        _ = try await world.bench.sessions.open(chat, agent: .main)
        _ = try await world.bench.sessions.patch(chat) { $0["sendPolicy"] = "deny" }
        for more in [[:], ["sessionKey": "garden"], ["agentId": "work"], ["sessionKey": "agent:work:x"]] as [JSONObject]
        {
            let error = await world.send("hello", key: "a", more)["error"]
            #expect(error?["message"] == "send blocked by session policy")
        }
        #expect(try await world.waiting() == 0)
    }

    @Test func aNamedSessionHasTheMessageInItsHistory() async throws {
        let world = try World()
        try await world.run {
            _ = await world.send("hello", key: "a", ["sessionKey": "agent:work:garden"])
            _ = await world.send("there", key: "b", ["agentId": "work"])
            let garden = try await world.history("agent:work:garden")
            #expect(garden == ["hello"])
            #expect(try await world.history("agent:work:main") == ["there"])
            #expect(try await world.history("agent:main:main").isEmpty)
        }
    }
}
