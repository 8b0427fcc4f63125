import ClawCore
import ClawGateway
import ClawProtocol
import ClawSupport
import ClawTestKit
import Testing

struct SecretsReloadTests {
    private let context = MethodContext(
        connection: ClientConnection(
            id: "c", params: .test(), role: .operator, scopes: [.admin], deviceID: nil, remote: .local, connectedAt: 0),
        requestID: "1")

    @Test func theAnswerCountsWhatWasPassedOver() async throws {
        #expect(try await SecretsReload { 2 }.call([:], context) == ["ok": true, "warningCount": 2])
        let error = await #expect(throws: ClawError.self) { try await SecretsReload { 0 }.call(["x": 1], context) }
        #expect(error?.message == "invalid secrets.reload params: at root: unexpected property 'x'")
    }

    @Test func aFailureIsUnavailable() async throws {
        let method = SecretsReload { throw ClawError(.unavailable, "A secret cannot be taken.") }
        let error = await #expect(throws: WireError.self) { try await method.call([:], context) }
        #expect(error == WireError(.unavailable, "A secret cannot be taken.", retryable: true))
    }
}
