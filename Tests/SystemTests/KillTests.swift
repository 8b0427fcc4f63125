import ClawClient
import ClawStore
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import Testing

/// The Gateway is killed at named points while messages flow; after the next start every message that was accepted has one
/// outcome, and every file can be read.
@Suite(.serialized, .timeLimit(.minutes(10))) struct KillTests {
    @Test(arguments: [
        "journal.commit.before:20", "journal.commit.after:20", "transcript.append.before:3",
        "transcript.append.after:3",
        "sessions.rename.before:1", "sessions.rename.after:1",
    ])
    func nothingAcceptedIsLost(_ point: String) async throws {
        let gateway = try GatewayProcess()
        try await gateway.start(environment: ["OPENCLAW_TEST_KILL_AT": point])
        let accepted = await sendUntilCut(gateway, count: 40)
        #expect(try await gateway.waitForExit() == .signalled(9))

        try await gateway.start()
        try await gateway.withClient { client in
            for key in accepted {
                let status = try await client.request("agent.wait", ["runId": .string(key), "timeoutMs": 20_000])
                let again = try await client.request(
                    "chat.send", ["sessionKey": "s", "message": "again", "idempotencyKey": .string(key)])
                #expect(again["status"]?.stringValue == "ok", "\(key): \(again.text) \(status.text)")
            }
        }
        #expect(!accepted.isEmpty)
        #expect(await gateway.stop() == .exited(0))
        try checkFiles(gateway, accepted: accepted)
    }

    /// Sends messages until the connection is cut and returns the keys that were acknowledged.
    private func sendUntilCut(_ gateway: GatewayProcess, count: Int) async -> [String] {
        var accepted: [String] = []
        do {
            try await gateway.withClient { client in
                for number in 0..<count {
                    let key = "m\(number)"
                    let ack = try await client.request(
                        "chat.send",
                        [
                            "sessionKey": .string("s\(number % 4)"), "message": .string("message \(number)"),
                            "idempotencyKey": .string(key),
                        ])
                    if ack["status"]?.stringValue == "started" { accepted.append(key) }
                }
                // The indexes are written once a second; the kill may wait for that.
                _ = try await finalEvent(client, run: "never")
            }
        } catch {
            // The cut is what the test waits for.
        }
        return accepted
    }

    /// Every transcript line and index parses, and no accepted message stands twice in the transcripts.
    private func checkFiles(_ gateway: GatewayProcess, accepted: [String]) throws {
        let folder = "\(gateway.stateDirectory)/agents/main/sessions"
        let index = try #require(try AtomicFile.read("\(folder)/sessions.json"))
        let sessions = try #require(try JSONParser.parse(index).objectValue)
        var texts: [String] = []
        for (_, entry) in sessions {
            let id = try #require(entry["sessionId"]?.stringValue)
            guard let bytes = try AtomicFile.read("\(folder)/\(id).jsonl") else { continue }
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                let entry = try JSONParser.parse(Array(line))
                guard entry["message"]?["role"]?.stringValue == "user" else { continue }
                texts.append(entry["message"]?["content"]?.arrayValue?.first?["text"]?.stringValue ?? "")
            }
        }
        for key in accepted {
            let number = key.dropFirst()
            let matches = texts.filter { $0.split(separator: "\n").contains { $0.hasSuffix("message \(number)") } }
            #expect(matches.count == 1, "\(key) stands \(matches.count) times in the transcripts")
        }
    }
}
