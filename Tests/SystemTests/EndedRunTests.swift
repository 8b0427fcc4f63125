import ClawClient
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What one who asked over HTTP is told when somebody ends the run: the stop of the Gateway, or another client. Nobody takes it
/// for an answer, and no client of OpenAI's asks once more by itself.
@Suite(.timeLimit(.minutes(10))) struct EndedRunTests {
    private static let goesOn =
        "The Gateway stopped before the answer was complete. It goes on with the message when it runs again, in the same "
        + "session; ask again to have an answer here."
    private static let stopped = "The run was stopped before the answer was complete. Ask again to have one."

    /// The ways to ask, each in a session of its own.
    private enum Way: String, CaseIterable, Sendable {
        case chat
        case chatStream
        case responses
        case responsesStream

        var isStream: Bool { self == .chatStream || self == .responsesStream }
        var isChat: Bool { self == .chat || self == .chatStream }

        var session: String { "agent:main:\(isChat ? "openai" : "openresponses")-user:\(rawValue.lowercased())" }

        func ask(_ port: Int) async throws -> PlainHTTP.Answer {
            var body: JSONObject = ["model": "openclaw", "user": .string(rawValue), "stream": .bool(isStream)]
            if isChat {
                body["messages"] = [["role": "user", "content": "Hello"]]
            } else {
                body["input"] = "Hello"
            }
            return try await PlainHTTP.ask(
                port, "POST /v1/\(isChat ? "chat/completions" : "responses")",
                ["Authorization: Bearer \(GatewayProcess.token)", "Content-Type: application/json"],
                body: JSONValue.object(body).text)
        }
    }

    private func withGateway(_ body: (GatewayProcess, HeldModelServer) async throws -> Void) async throws {
        try await HeldModelServer.run { model in
            var configuration = model.configuration
            let gateway = try GatewayProcess(configuration: configuration)
            let written = try JSONParser.parse(try AtomicFile.read(gateway.configurationPath) ?? [])
            var section = written["gateway"]?.objectValue ?? [:]
            section["http"] = [
                "endpoints": ["chatCompletions": ["enabled": true], "responses": ["enabled": true]]
            ]
            configuration["gateway"] = .object(section)
            try AtomicFile.write(Array(JSONValue.object(configuration).prettyText.utf8), to: gateway.configurationPath)
            try await gateway.start()
            try await body(gateway, model)
        }
    }

    private func expect(_ answer: PlainHTTP.Answer?, error: String, _ comment: Comment) throws {
        let answer = try #require(answer, comment)
        #expect(answer.status == 503, comment)
        #expect(answer.head.lowercased().contains("x-should-retry: false"), comment)
        #expect(
            try JSONParser.parse(Array(answer.body.utf8))["error"]?.text
                == #"{"message":"\#(error)","type":"api_error"}"#, comment)
    }

    /// The data of the server-sent events in the chunks of an answer.
    private func events(_ answer: PlainHTTP.Answer?) -> [String] {
        (answer?.body ?? "").split(whereSeparator: \.isNewline).filter { $0.hasPrefix("data: ") }
            .map { String($0.dropFirst(6)) }
    }

    private func last(_ answer: PlainHTTP.Answer?) throws -> JSONValue {
        let events = events(answer)
        #expect(events.last == "[DONE]", "\(events)")
        return try JSONParser.parse(Array((events.dropLast().last ?? "{}").utf8))
    }

    @Test func whoWaitsWhenTheGatewayStopsIsToldThatItDid() async throws {
        try await withGateway { gateway, model in
            try await withThrowingTaskGroup(of: (Int, Way, PlainHTTP.Answer).self) { group in
                let port = gateway.port
                group.addTask { (0, .chat, try await Way.chat.ask(port)) }
                await model.waitForRequests(1)
                // One more of each, and one that waits behind the first in its session.
                for (number, way) in Way.allCases.enumerated() {
                    group.addTask { (number + 1, way, try await way.ask(port)) }
                }
                await model.waitForRequests(4)
                try await waitForTurns(5, port)
                gateway.signal(SIGTERM)
                var answers: [Int: PlainHTTP.Answer] = [:]
                for try await (number, _, answer) in group { answers[number] = answer }
                #expect(try await gateway.waitForExit() == .exited(0))
                try expect(answers[0], error: Self.goesOn, "a run")
                try expect(answers[1], error: Self.goesOn, "a turn that waits")
                let chunk = try last(answers[2])
                #expect(chunk["error"]?.text == #"{"message":"\#(Self.goesOn)","type":"api_error"}"#)
                #expect(answers[2]?.body.contains("finish_reason\":\"") == false)
                let response = try JSONParser.parse(Array((answers[3]?.body ?? "").utf8))
                #expect(answers[3]?.status == 503)
                #expect(response["status"] == "failed")
                #expect(response["error"]?["message"] == .string(Self.goesOn))
                let event = try last(answers[4])
                #expect(event["type"] == "response.failed")
                #expect(event["response"]?["error"]?["message"] == .string(Self.goesOn))
            }
        }
    }

    /// Returns when so many turns are open.
    private func waitForTurns(_ count: Int, _ port: Int) async throws {
        let line = #"openclaw_open_work_items{"#
        while true {
            let answer = try await PlainHTTP.ask(
                port, "GET /metrics", ["Authorization: Bearer \(GatewayProcess.token)"])
            let numbers = answer.body.split(separator: "\n").filter { $0.hasPrefix(line) }
                .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }
            if Int(numbers.reduce(0, +)) >= count { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func whoseRunAnotherClientStopsIsToldSo() async throws {
        try await withGateway { gateway, model in
            try await withThrowingTaskGroup(of: (Way, PlainHTTP.Answer).self) { group in
                let port = gateway.port
                for way in Way.allCases { group.addTask { (way, try await way.ask(port)) } }
                await model.waitForRequests(4)
                try await gateway.withClient { client in
                    for way in Way.allCases {
                        let answer = try await client.request("chat.abort", ["sessionKey": .string(way.session)])
                        #expect(answer["aborted"] == true, "\(way)")
                    }
                }
                var answers: [Way: PlainHTTP.Answer] = [:]
                for try await (way, answer) in group { answers[way] = answer }
                try expect(answers[.chat], error: Self.stopped, "chat")
                let chunk = try last(answers[.chatStream])
                #expect(chunk["error"]?.text == #"{"message":"\#(Self.stopped)","type":"api_error"}"#)
                #expect(answers[.chatStream]?.body.contains("finish_reason\":\"") == false)
                let response = try JSONParser.parse(Array((answers[.responses]?.body ?? "").utf8))
                #expect(answers[.responses]?.status == 200)
                #expect(response["status"] == "cancelled")
                #expect(response["output"] == [])
                let event = try last(answers[.responsesStream])
                #expect(event["type"] == "response.incomplete")
                #expect(event["response"]?["status"] == "cancelled")
            }
            #expect(await gateway.stop() == .exited(0))
        }
    }
}
