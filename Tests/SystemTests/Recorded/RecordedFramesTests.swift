import ClawClient
import ClawProtocol
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import FoundationEssentials
import Testing

/// Plays requests whose answers an original Gateway was recorded with, and compares the answers field by field.
///
/// `Golden/recorded.jsonl` holds the recorded facts in a form of our own: one exchange a line, what is different each time
/// as a placeholder, validation texts in the words of the current wire (`must have …`), prose left out.
@Suite(.timeLimit(.minutes(10))) struct RecordedFramesTests {
    @Test func answersAreTheRecordedOnes() async throws {
        let exchanges = try Self.exchanges()
        var found: [AnswerDifference] = []
        try await InProcessGateway.run(RecordedState.configuration, prepare: RecordedState.write) { gateway in
            for scopes in [Self.allScopes, [.read]] {
                found += try await gateway.withClient(scopes: scopes, mode: "ui", identity: Self.identity) { client in
                    var found: [AnswerDifference] = []
                    for exchange in exchanges where exchange.scopes == scopes {
                        let answer = try await Self.play(exchange, client).text
                            .replacing(gateway.stateDirectory, with: "<state>")
                        found += AnswerDifference.all(
                            method: exchange.method, recorded: exchange.answer, actual: try JSONParser.parse(answer))
                    }
                    return found
                }
            }
        }
        let surprises = found.filter { difference in
            !AllowedDifference.all.contains { $0.covers(difference) }
        }
        #expect(surprises.isEmpty, "\(surprises.map(\.description).joined(separator: "\n"))")
        let stale = AllowedDifference.all.filter { allowance in !found.contains { allowance.covers($0) } }
        #expect(stale.isEmpty, "no longer different: \(stale.map(\.place).joined(separator: ", "))")
    }

    private static let allScopes: [Scope] = [.admin, .read, .write, .approvals, .pairing]

    private struct Exchange {
        var method: String
        var params: JSONValue
        var scopes: [Scope]
        /// `{"payload": …}` or `{"error": …}`.
        var answer: JSONValue
    }

    private static func exchanges() throws -> [Exchange] {
        let path = #filePath.replacing("RecordedFramesTests.swift", with: "Golden/recorded.jsonl")
        let data = try #require(FileManager.default.contents(atPath: path))
        return try String(decoding: data, as: UTF8.self).split(separator: "\n").map { line in
            let row = try JSONParser.parse(String(line))
            var answer = JSONObject()
            answer.set("payload", row["payload"])
            answer.set("error", row["error"])
            return Exchange(
                method: row["method"]?.stringValue ?? "", params: row["params"] ?? [:],
                scopes: row["scopes"] == nil ? allScopes : [.read],
                answer: .object(answer))
        }
    }

    private static func play(_ exchange: Exchange, _ client: GatewayClient) async throws -> JSONValue {
        do {
            return ["payload": try await client.request(exchange.method, exchange.params)]
        } catch GatewayClientError.refused(let error, _) {
            return ["error": error.json]
        }
    }

    private static let identity = DeviceIdentity(seed: [UInt8](repeating: 7, count: 32), createdAt: 0)
}
