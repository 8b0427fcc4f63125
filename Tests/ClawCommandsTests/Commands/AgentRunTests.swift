import ClawClientTesting
import ClawCommands
import ClawProtocol
import ClawSupport
import ClawTestKit
import Synchronization
import Testing

struct AgentRunTests {
    private static func event(_ run: String, _ stream: String, _ data: JSONValue) -> ScriptedGateway.Step {
        .json([
            "type": "event", "event": "agent",
            "payload": ["runId": .string(run), "seq": 1, "stream": .string(stream), "ts": 1, "data": data],
        ])
    }

    private static func final(_ request: RequestFrame, _ text: String, meta: JSONValue = ["durationMs": 5])
        -> ScriptedGateway.Step
    {
        ScriptedGateway.ok(
            request,
            [
                "runId": request.params["idempotencyKey"] ?? .null, "status": "ok", "summary": "completed",
                "result": ["payloads": [["text": .string(text), "mediaUrl": .null]], "meta": meta],
            ])
    }

    private func run(
        _ words: [String], isInteractive: Bool = false,
        _ answer: @escaping @Sendable (RequestFrame, String) -> [ScriptedGateway.Step]
    ) async throws -> (run: CommandRun, requests: [RequestFrame]) {
        var script = ScriptedGateway.Script()
        script.answer = { request in
            let id = request.params["idempotencyKey"]?.stringValue ?? ""
            return [ScriptedGateway.ok(request, ["runId": .string(id), "status": "accepted"])] + answer(request, id)
        }
        return try await ScriptedGateway.run(script) { server in
            var world = try CommandRun.World(server)
            world.isInteractive = isInteractive
            let run = await CommandRun.run(words, in: world)
            return (run, server.requests)
        }
    }

    @Test func theAnswerIsPrinted() async throws {
        let (run, requests) = try await run(["agent", "-m", "Hello", "--agent", "main", "--thinking", "low"]) {
            request, _ in
            [Self.final(request, "Hi there")]
        }
        #expect(run.transcript == "exit 0\n--- output\nHi there\n")
        #expect(requests.map(\.method) == ["connect", "agent"])
        #expect(
            requests.last?.params == [
                "message": "Hello", "idempotencyKey": "00000000-0000-4000-8000-000000000001", "agentId": "main",
                "thinking": "low", "timeout": 600,
            ])
        #expect(requests.first?.params["scopes"] == ["operator.write"])
    }

    @Test func theResultIsPrintedAsJSON() async throws {
        let (run, _) = try await run(["agent", "-m", "Hello", "--json"]) { request, _ in [Self.final(request, "Hi")] }
        let json = try JSONParser.parse(run.output)
        #expect(json["status"] == "ok")
        #expect(json["result"]?["payloads"] == [["text": "Hi", "mediaUrl": nil]])
    }

    @Test func textGrowsOnATerminal() async throws {
        let (run, requests) = try await run(["agent", "-m", "Hello"], isInteractive: true) { request, id in
            [
                Self.event("other", "assistant", ["text": "not mine"]),
                Self.event(id, "lifecycle", ["phase": "start"]), Self.event(id, "assistant", ["text": "Let me"]),
                Self.event(id, "assistant", ["text": "Let me look."]),
                Self.event(id, "tool", ["phase": "start", "name": "read", "toolCallId": "1"]),
                Self.event(id, "assistant", ["text": "Done"]), Self.event(id, "assistant", ["text": "Done: 5"]),
                Self.final(request, "Done: 5 files"),
            ]
        }
        #expect(run.output == "Let me look.\n[read]\nDone: 5 files\n")
        #expect(run.status == 0)
        #expect(requests.first?.params["caps"] == ["tool-events"])
    }

    /// The text of an event may be that of the whole run.
    @Test func textBeforeAToolIsShownOnce() async throws {
        let (run, _) = try await run(["agent", "-m", "Hello"], isInteractive: true) { request, id in
            [
                Self.event(id, "assistant", ["text": "I look."]),
                Self.event(id, "tool", ["phase": "start", "name": "read", "toolCallId": "1"]),
                Self.event(id, "assistant", ["text": "I look.\n\nIt"]), Self.final(request, "I look.\n\nIt is 5."),
            ]
        }
        #expect(run.output == "I look.\n[read]\nIt is 5.\n")
    }

    /// The connection breaks in the middle of the answer. On the next one the Gateway tells what was missed, and the run, asked
    /// for again under its key, has ended without a text to give.
    private func runOverTwoConnections(_ words: [String], isInteractive: Bool) async throws -> (
        CommandRun, [RequestFrame]
    ) {
        let connections = Atomic(0)
        let message: JSONValue = [
            "role": "assistant", "content": [["type": "text", "text": "Let me look. Found it."]],
        ]
        var script = ScriptedGateway.Script()
        script.connect = { request in
            connections.add(1, ordering: .relaxed)
            var hello = ScriptedGateway.hello.objectValue ?? [:]
            hello["features"] = ["methods": ["agent", "events.since"], "events": ["chat", "agent"]]
            return [ScriptedGateway.ok(request, .object(hello))]
        }
        script.answer = { request in
            let id = "00000000-0000-4000-8000-000000000001"
            let isSecond = connections.load(ordering: .relaxed) == 2
            if request.method == "events.since" {
                guard isSecond else {
                    return [ScriptedGateway.ok(request, ["instance": "i", "seq": 4, "sessions": []])]
                }
                let chat: JSONValue = ["runId": .string(id), "state": "final", "seq": 9, "message": message]
                var answer: JSONObject = ["instance": "i", "seq": 9]
                if request.params["seq"] == 4 {
                    answer["events"] = [["type": "event", "event": "chat", "seq": 9, "payload": chat]]
                } else {
                    answer["sessions"] = [
                        [
                            "sessionKey": "s",
                            "runs": [["runId": .string(id), "state": "final", "seq": 9, "message": message]],
                        ]
                    ]
                }
                return [ScriptedGateway.ok(request, .object(answer))]
            }
            if isSecond { return [ScriptedGateway.ok(request, ["runId": .string(id), "status": "ok"])] }
            return [
                ScriptedGateway.ok(request, ["runId": .string(id), "status": "accepted"]),
                Self.event(id, "assistant", ["text": "Let me look."]), .cut,
            ]
        }
        return try await ScriptedGateway.run(script) { server in
            var world = try CommandRun.World(server)
            world.isInteractive = isInteractive
            world.time = ImpatientTime(skipping: [.milliseconds(500)])
            return (await CommandRun.run(words, in: world), server.requests)
        }
    }

    @Test(arguments: [["agent", "-m", "Hi"], ["agent", "-m", "Hi", "--json"]])
    func aLostConnectionDoesNotLoseTheAnswer(words: [String]) async throws {
        let (run, requests) = try await runOverTwoConnections(words, isInteractive: false)
        #expect(run.status == 0)
        #expect(
            run.errors == "The connection to the Gateway broke before it answered. The run goes on; trying again.\n")
        if words.count == 3 {
            #expect(run.output == "Let me look. Found it.\n")
        } else {
            let result = try JSONParser.parse(run.output)["result"]
            #expect(result?["payloads"] == [["text": "Let me look. Found it.", "mediaUrl": nil]])
        }
        let asked = requests.filter { $0.method == "agent" }
        #expect(asked.count == 2 && asked[0].params == asked[1].params)
    }

    @Test func aLostConnectionGoesOnWhereTheTerminalIs() async throws {
        let (run, requests) = try await runOverTwoConnections(["agent", "-m", "Hi"], isInteractive: true)
        #expect(run.status == 0)
        #expect(run.output.filter { $0 != "\n" } == "Let me look. Found it.")
        // The second one is answered, by what came first: what was missed, or how the run ended.
        #expect(requests.contains { $0.method == "events.since" && $0.params["seq"] == nil })
    }

    @Test func anAnswerWithoutEventsIsShownOnce() async throws {
        let (run, _) = try await run(["agent", "-m", "Hello"], isInteractive: true) { request, _ in
            [Self.final(request, "Hi")]
        }
        #expect(run.output == "Hi\n")
    }

    @Test func silenceIsSaid() async throws {
        let (run, _) = try await run(["agent", "-m", "Hello"]) { request, _ in [Self.final(request, "")] }
        #expect(
            run.transcript == """
                exit 0
                --- errors
                The agent chose not to answer; `openclaw why 00000000-0000-4000-8000-000000000001` tells the reason.

                """)
    }

    @Test func anAbortedRunIsSaid() async throws {
        let (run, _) = try await run(["agent", "-m", "Hello"]) { request, _ in
            [Self.final(request, "Half", meta: ["aborted": true])]
        }
        #expect(run.output == "Half\n")
        #expect(run.errors == "The run was stopped before it was done.\n")
    }

    @Test(arguments: [false, true])
    func aFailedRunIsAnError(_ isInteractive: Bool) async throws {
        let (run, _) = try await run(["agent", "-m", "Hello"], isInteractive: isInteractive) { request, id in
            [
                .json(
                    ResponseFrame(
                        id: request.id,
                        error: WireError(
                            .unavailable, "anthropic: the key is wrong", details: ["hint": "Set ANTHROPIC_API_KEY."]),
                        payload: ["runId": .string(id), "status": "error"]
                    ).json)
            ]
        }
        #expect(run.status == 1)
        #expect(run.errors == "error: anthropic: the key is wrong.\nSet ANTHROPIC_API_KEY.\n")
    }

    @Test func aGatewayThatDoesNotLetTheDeviceBackInEndsTheWait() async throws {
        let connections = Atomic(0)
        var script = ScriptedGateway.Script()
        script.connect = { request in
            if connections.add(1, ordering: .relaxed).oldValue == 0 {
                return [ScriptedGateway.ok(request, ScriptedGateway.hello)]
            }
            let refusal = WireError(.notPaired, "pairing required", details: ["code": "PAIRING_REQUIRED"])
            return [ScriptedGateway.refusal(request, refusal)]
        }
        script.answer = { request in
            let id = request.params["idempotencyKey"]?.stringValue ?? ""
            return [Self.event(id, "assistant", ["text": "Let me"]), .cut]
        }
        try await ScriptedGateway.run(script) { server in
            var world = try CommandRun.World(server)
            world.isInteractive = true
            world.time = ImpatientTime(skipping: [.milliseconds(500)])
            let run = await CommandRun.run("agent", "-m", "Hello", in: world)
            #expect(run.status == 1)
            #expect(
                run.errors == """
                    The connection to the Gateway broke before it answered. The run goes on; trying again.
                    error: This device is not paired with the Gateway yet.
                    On the Gateway's machine run `openclaw devices list`, then try again.

                    """)
        }
    }
}
