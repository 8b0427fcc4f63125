import ClawClientTesting
import ClawCommands
import ClawProtocol
import ClawSupport
import ClawTestKit
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

    @Test func aCutIsAnError() async throws {
        let (run, _) = try await run(["agent", "-m", "Hello"], isInteractive: true) { _, id in
            [Self.event(id, "assistant", ["text": "Let me"]), .cut]
        }
        #expect(run.status == 1)
        #expect(run.errors.hasPrefix("error: The connection to the Gateway broke before it answered.\n"))
    }
}
