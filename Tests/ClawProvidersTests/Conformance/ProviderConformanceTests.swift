import ClawCore
import ClawSupport
import Testing

@testable import ClawProviders

/// What every provider does, whatever it speaks, against a strict double of its platform over a real socket.
@Suite struct ProviderConformance {
    private static let conversation: [ModelMessage] = [
        .user(UserMessage(content: [.text("Read it.")], timestamp: 0)),
        .user(UserMessage(content: [.text("Please."), .image(data: "AAAA", mimeType: "image/png")], timestamp: 0)),
        .assistant(
            AssistantMessage(
                content: [
                    .thinking("hm", signature: "foreign"), .text("I look."),
                    .toolCall(ToolCall(id: "call|odd id", name: "read", arguments: ["path": "a"])),
                ], api: "other", model: ModelReference(provider: "other", model: "m"), usage: TokenUsage(),
                stopReason: .toolUse, timestamp: 0)),
        .toolResult(
            ToolResultMessage(
                toolCallID: "call|odd id", toolName: "read", content: [.text("the text")], isError: false, timestamp: 0)
        ),
        .user(UserMessage(content: [.text("And?")], timestamp: 0)),
    ]

    private func request(_ platform: PlatformDouble) -> ModelRequest {
        ModelRequest(
            model: platform.model, system: "Be brief.", messages: Self.conversation,
            tools: [
                ToolDefinition(
                    name: "read", summary: "reads", description: "Reads a file.", parameters: ["type": "object"],
                    group: "fs")
            ], thinking: .low)
    }

    /// The events of one call, joined where they neighbour, and the error it ended with.
    private func call(
        _ platform: PlatformDouble, _ answers: [ScriptedModelServer.Answer],
        settings change: (inout ProviderSettings) -> Void = { _ in }
    ) async throws -> (events: [ModelEvent], error: ProviderError?, objections: [String]) {
        try await ScriptedModelServer.run(answers, objection: platform.objection) { server, address in
            var events: [ModelEvent] = []
            var failure: ProviderError?
            do {
                let provider = platform.provider(address: address, settings: change)
                try await provider.respond(to: request(platform)) { events += $0 }
            } catch let error as ProviderError {
                failure = error
            }
            return (Self.joined(events), failure, server.objections)
        }
    }

    /// Neighbouring texts as one, and of the counts only the last: how they are cut depends on the network.
    private static func joined(_ events: [ModelEvent]) -> [ModelEvent] {
        let counts = events.filter { if case .usage = $0 { true } else { false } }
        var result: [ModelEvent] = []
        for event in events where !counts.dropLast().contains(event) || event == counts.last {
            if case .text(let piece) = event, case .text(let text) = result.last {
                result[result.count - 1] = .text(text + piece)
            } else {
                result.append(event)
            }
        }
        return result
    }

    private static func usage(_ input: Int, _ output: Int) -> ModelEvent {
        var usage = TokenUsage(input: input, output: output)
        usage.cost = Double(input + output * 10) / 1_000_000
        return .usage(usage)
    }

    @Test(arguments: PlatformDouble.all) func streamsText(platform: PlatformDouble) async throws {
        let answer = try await call(platform, [.events(platform.hello)])
        #expect(answer.objections == [])
        #expect(answer.error == nil)
        #expect(answer.events == [.text("Hello there."), Self.usage(11, 3), .finished(.stop)])
    }

    @Test(arguments: PlatformDouble.all, [1, 7, 64]) func readsAnyFragments(platform: PlatformDouble, size: Int)
        async throws
    {
        let answer = try await call(platform, [.fragments(platform.hello, size: size)])
        #expect(answer.error == nil)
        #expect(answer.events == [.text("Hello there."), Self.usage(11, 3), .finished(.stop)])
    }

    @Test(arguments: PlatformDouble.all) func collectsToolCalls(platform: PlatformDouble) async throws {
        let answer = try await call(platform, [.events(platform.toolCall)])
        let call = ToolCall(id: "toolu_1", name: "read", arguments: ["path": "a \"b\".txt"])
        #expect(answer.error == nil)
        #expect(answer.events == [.text("I look."), .toolCall(call), Self.usage(11, 9), .finished(.toolUse)])
    }

    @Test(arguments: PlatformDouble.all) func takesAWholeDocument(platform: PlatformDouble) async throws {
        let answer = try await call(platform, [.json(200, platform.whole)])
        #expect(answer.error == nil)
        #expect(answer.events == [.text("Hello there."), Self.usage(11, 3), .finished(.stop)])
    }

    @Test(arguments: PlatformDouble.all) func reportsACutConnection(platform: PlatformDouble) async throws {
        let answer = try await call(platform, [.events(platform.beginning, ending: .cut)])
        #expect(answer.events == [.text("Hel")])
        #expect(answer.error?.reason == .timeout)
        #expect(answer.error?.message.hasSuffix("closed the connection before its answer was complete.") == true)
    }

    @Test(arguments: PlatformDouble.all) func reportsAnEarlyEnd(platform: PlatformDouble) async throws {
        let answer = try await call(platform, [.events(platform.beginning)])
        #expect(answer.events == [.text("Hel")])
        #expect(answer.error?.reason == .timeout)
        #expect(answer.error?.message.hasSuffix(" ended its answer before it was complete.") == true)
    }

    @Test(arguments: PlatformDouble.all) func reportsSilence(platform: PlatformDouble) async throws {
        let answer = try await call(platform, [.events(platform.beginning, ending: .stall)]) {
            $0.idleTimeout = .seconds(1)
        }
        #expect(answer.events == [.text("Hel")])
        #expect(answer.error?.reason == .timeout)
        #expect(answer.error?.message.hasSuffix(" sent nothing for 1 s.") == true)
    }

    @Test(arguments: PlatformDouble.all) func reportsSilenceBeforeAnyAnswer(platform: PlatformDouble) async throws {
        let answer = try await call(platform, [.events([], ending: .stall)]) { $0.idleTimeout = .seconds(1) }
        #expect(answer.events == [])
        #expect(answer.error?.reason == .timeout)
    }

    @Test(arguments: PlatformDouble.all) func passesOnAnErrorInTheStream(platform: PlatformDouble) async throws {
        let answer = try await call(platform, [.events(platform.failure)])
        #expect(answer.events == [.text("Hel")])
        #expect(answer.error?.reason == platform.failureReason)
    }

    @Test(arguments: PlatformDouble.all) func refusesHalfAnEvent(platform: PlatformDouble) async throws {
        let answer = try await call(platform, [.events(["data: {\"type\": \"mess\n\n"])])
        #expect(answer.events == [])
        #expect(answer.error?.reason == .format)
        #expect(answer.error?.message.hasSuffix(" sent an event that is not JSON.") == true)
    }

    @Test(arguments: PlatformDouble.all) func refusesAnEndlessLine(platform: PlatformDouble) async throws {
        let piece = String(repeating: "x", count: 200_000)
        let answer = try await call(platform, [.events(["data: "] + Array(repeating: piece, count: 7))])
        #expect(answer.error?.reason == .format)
        #expect(answer.error?.message.hasSuffix(" sent an event longer than 1048576 bytes.") == true)
    }

    @Test(arguments: PlatformDouble.all) func refusesAnotherContentType(platform: PlatformDouble) async throws {
        let page = ScriptedModelServer.Answer(
            headers: [("Content-Type", "text/html; charset=utf-8")], pieces: ["<html>Welcome</html>"])
        let answer = try await call(platform, [page])
        #expect(answer.error?.reason == .format)
        #expect(
            answer.error?.message.hasSuffix(" sent text/html instead of a stream of events. Check its base URL.")
                == true)
    }

    @Test(arguments: PlatformDouble.all) func namesTheKeyThatWasRefused(platform: PlatformDouble) async throws {
        let body = "{\"error\":{\"message\":\"Incorrect API key provided: \(PlatformDouble.key)\"}}"
        let answer = try await call(platform, [.json(401, body)])
        #expect(answer.error?.reason == .auth)
        #expect(answer.error?.status == 401)
        #expect(
            answer.error?.message.hasSuffix(
                " refused the key from models.providers.\(platform.id).apiKey (HTTP 401).") == true)
    }

    @Test(arguments: PlatformDouble.all) func tellsHowLongToWait(platform: PlatformDouble) async throws {
        let limited = ScriptedModelServer.Answer.json(
            429, "{\"error\":{\"message\":\"Slow down.\"}}", headers: [("Retry-After", "7")])
        let answer = try await call(platform, [limited])
        #expect(answer.error?.reason == .rateLimit)
        #expect(answer.error?.retryAfter == .seconds(7))
        #expect(
            answer.error?.message.hasSuffix(" is overloaded or its limit is reached (HTTP 429): Slow down.") == true)
    }

    @Test(arguments: PlatformDouble.all, [(500, ProviderError.Reason.server), (529, .rateLimit), (503, .timeout)])
    func classesFailures(platform: PlatformDouble, failure: (status: Int, reason: ProviderError.Reason)) async throws {
        let answer = try await call(platform, [.json(failure.status, "oops")])
        #expect(answer.error?.reason == failure.reason)
        #expect(answer.error?.status == failure.status)
        #expect(answer.error?.isTransient == true)
    }

    @Test(arguments: PlatformDouble.all) func callsAgainAfterOverloadAndACutAnswer(platform: PlatformDouble)
        async throws
    {
        let answers: [ScriptedModelServer.Answer] = [
            .json(529, "{}"), .events(platform.beginning, ending: .cut), .events(platform.hello),
        ]
        try await ScriptedModelServer.run(answers, objection: platform.objection) { server, address in
            let backoff = Backoff(first: .milliseconds(1), maximum: .milliseconds(1))
            let provider = platform.provider(address: address, retry: RetryPolicy(attempts: 3, backoff: backoff))
            var events: [ModelEvent] = []
            try await provider.respond(to: request(platform)) { events += $0 }
            let host = address.dropFirst("http://".count)
            #expect(
                Self.joined(events) == [
                    .text("Hel"),
                    .restarted(reason: "\(host) closed the connection before its answer was complete."),
                    .text("Hello there."), Self.usage(11, 3), .finished(.stop),
                ])
            #expect(server.requests.count == 3)
            #expect(Set(server.requests.map(\.body)).count == 1)
        }
    }

    @Test(arguments: PlatformDouble.all) func doesNotFollowRedirects(platform: PlatformDouble) async throws {
        let moved = ScriptedModelServer.Answer(status: 307, headers: [("Location", "http://127.0.0.1:1/v1")])
        let answer = try await call(platform, [moved])
        #expect(answer.error?.reason == .format)
        #expect(answer.error?.status == 307)
    }

    @Test(arguments: PlatformDouble.all) func stopsWhenTheConsumerFails(platform: PlatformDouble) async throws {
        struct Full: Error {}
        try await ScriptedModelServer.run([.events(platform.beginning, ending: .stall)]) { _, address in
            await #expect(throws: Full.self) {
                try await platform.provider(address: address).respond(to: request(platform)) { _ in throw Full() }
            }
        }
    }

    @Test(arguments: PlatformDouble.all) func endsWhenCancelled(platform: PlatformDouble) async throws {
        try await ScriptedModelServer.run([.events(platform.beginning, ending: .stall)]) { _, address in
            let (started, begun) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            let provider = platform.provider(address: address)
            let request = request(platform)
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await provider.respond(to: request) { _ in begun.yield() } }
                for await _ in started { break }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
        }
    }
}
