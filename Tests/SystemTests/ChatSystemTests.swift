import ClawClient
import ClawProtocol
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import Testing

/// A whole Gateway as a process, and a client that talks to it.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ChatSystemTests {
    @Test func aClientChatsAndReadsTheHistory() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        try await gateway.withClient { client in
            let ack = try await client.request(
                "chat.send", ["sessionKey": "main", "message": "Hello, who are you?", "idempotencyKey": "k1"])
            #expect(ack == ["runId": "k1", "status": "started"])
            let final = try await finalEvent(client, run: "k1")
            #expect(final["state"]?.stringValue == "final")
            #expect(final["sessionKey"]?.stringValue == "agent:main:main")
            let answer = final["message"]?["content"]?.arrayValue?.first?["text"]?.stringValue ?? ""
            #expect(answer.contains("script"))
            let history = try await client.request("chat.history", ["sessionKey": "agent:main:main"])
            let messages = history["messages"]?.arrayValue ?? []
            #expect(messages.map { $0["role"]?.stringValue } == ["user", "assistant"])
            #expect(messages.last?["content"]?.arrayValue?.first?["text"]?.stringValue == answer)
            let again = try await client.request(
                "chat.send", ["sessionKey": "main", "message": "Hello, who are you?", "idempotencyKey": "k1"])
            #expect(again == ["runId": "k1", "status": "ok"])
        }
        #expect(await gateway.stop() == .exited(0))
    }

    @Test func theAgentMethodAnswersTwiceAndUsesTools() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        try await gateway.withClient { client in
            let result = try await client.requestExpectingFinal(
                "agent", ["message": "What time is it?", "idempotencyKey": "a1"])
            #expect(result["status"]?.stringValue == "ok")
            #expect(result["result"]?["payloads"]?.arrayValue?.count == 1)
            let history = try await client.request("chat.history", ["sessionKey": "main"])
            let roles = history["messages"]?.arrayValue?.compactMap { $0["role"]?.stringValue }
            #expect(roles == ["user", "assistant", "toolResult", "assistant"])
            let wait = try await client.request("agent.wait", ["runId": "a1"])
            #expect(wait["status"]?.stringValue == "ok")
        }
    }

    /// After a restart nothing in memory knows the run: the journal does, and the answer says that the result is gone.
    @Test func aForgottenRunIsNoRunThatSaidNothing() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        let request: JSONValue = ["message": "Hello", "idempotencyKey": "a1"]
        try await gateway.withClient { client in
            _ = try await client.request("system-event", ["text": "The door bell rang."])
            let status = try await client.request("status", [:])
            #expect(status["queuedSystemEvents"] == ["The door bell rang."])
            _ = try await client.requestExpectingFinal("agent", request)
            // The turn has read it.
            #expect(try await client.request("status", [:])["queuedSystemEvents"] == [])
        }
        #expect(await gateway.stop() == .exited(0))
        try await gateway.start()
        try await gateway.withClient { client in
            let wait = try await client.request("agent.wait", ["runId": "a1", "timeoutMs": 0])
            #expect(wait["status"] == "ok" && wait["endedAt"]?.intValue != nil)
            #expect(try await client.request("agent.wait", ["runId": "a2", "timeoutMs": 0])["status"] == "timeout")
            let again = try await client.request("agent", request)
            #expect(
                again == [
                    "runId": "a1", "status": "ok", "resultKept": false,
                    "summary":
                        "The run completed; its result is not kept here any more, the session's history has it.",
                ])
        }
        #expect(await gateway.stop() == .exited(0))
    }

    @Test func wrongParamsAreNamed() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        try await gateway.withClient { client in
            await expectRefusal(
                "invalid chat.send params: must have required property 'sessionKey'; must have required property 'message'; "
                    + "must have required property 'idempotencyKey'"
            ) { try await client.request("chat.send", [:]) }
            await expectRefusal("message or attachment required") {
                try await client.request("chat.send", ["sessionKey": "main", "message": " ", "idempotencyKey": "x"])
            }
            await expectRefusal("Cannot delete the main session (agent:main:main).") {
                try await client.request("sessions.delete", ["key": "main"])
            }
            await expectRefusal("invalid thinkingLevel (use off|minimal|low|medium|high|adaptive)") {
                try await client.request("sessions.patch", ["key": "main", "thinkingLevel": "bogus"])
            }
        }
    }

    @Test func sessionsAreListedPatchedResetAndDeleted() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        try await gateway.withClient { client in
            _ = try await client.requestExpectingFinal(
                "agent", ["message": "Hello", "sessionKey": "garden", "idempotencyKey": "s1"])
            let patched = try await client.request("sessions.patch", ["key": "garden", "label": "Garden"])
            #expect(patched["key"]?.stringValue == "agent:main:garden")
            #expect(patched["entry"]?["label"]?.stringValue == "Garden")
            let list = try await client.request("sessions.list", ["search": "gard", "includeDerivedTitles": true])
            #expect(list["count"]?.intValue == 1)
            let resolved = try await client.request("sessions.resolve", ["label": "Garden"])
            #expect(resolved == ["ok": true, "key": "agent:main:garden"])
            let before = patched["entry"]?["sessionId"]?.stringValue
            let reset = try await client.request("sessions.reset", ["key": "garden"])
            #expect(reset["entry"]?["sessionId"]?.stringValue != before)
            #expect(reset["entry"]?["label"]?.stringValue == "Garden")
            let used = try await client.request("sessions.delete", ["key": "garden", "unlessUpdatedAfter": 1000])
            #expect(used["deleted"] == false)
            let deleted = try await client.request("sessions.delete", ["key": "garden"])
            #expect(deleted["deleted"]?.boolValue == true)
            let after = try await client.request("sessions.list", [:])
            #expect(after["count"]?.intValue == 0)
        }
    }
}

/// The terminal chat event of a run.
func finalEvent(_ client: GatewayClient, run: String) async throws -> JSONValue {
    for await event in client.events where event.name == .chat {
        let payload = event.payload ?? .null
        guard payload["runId"]?.stringValue == run, payload["state"]?.stringValue != "delta" else { continue }
        return payload
    }
    throw ChildProcess.Failure(description: "The connection ended before the run \(run) did.")
}

/// Expects the request to be refused with exactly this message.
func expectRefusal(
    _ message: String, sourceLocation: SourceLocation = #_sourceLocation, _ request: () async throws -> JSONValue
) async {
    do {
        let result = try await request()
        Issue.record("Not refused: \(result.text)", sourceLocation: sourceLocation)
    } catch GatewayClientError.refused(let error, _) {
        #expect(error.message == message, sourceLocation: sourceLocation)
    } catch {
        Issue.record("\(error)", sourceLocation: sourceLocation)
    }
}
