import ClawGateway
import ClawProtocol
import ClawSupport
import HTTPTypes
import Hummingbird
import Testing

/// What a route of these tests asks for.
private protocol Need: Sendable {
    static var access: MethodAccess { get }
}

private enum Reading: Need { static let access = MethodAccess.read }
private enum Writing: Need { static let access = MethodAccess.write }
private enum Administration: Need { static let access = MethodAccess.admin }
private enum Approving: Need { static let access = MethodAccess.approvals }
private enum Pairing: Need { static let access = MethodAccess.pairing }
private enum NodesOnly: Need { static let access = MethodAccess.node }

private struct Door<N: Need>: HTTPEndpoint {
    static var path: String { "/test/\(N.access)" }
    static var method: HTTPRequest.Method { .post }
    static var access: MethodAccess { N.access }

    func respond(to call: HTTPCall) async throws -> Response { Response(status: .noContent) }
}

/// Every kind of access against both kinds of callers that HTTP knows, over sockets.
@Suite(.timeLimit(.minutes(10))) struct HTTPDoorTests {
    private static let bearer = "Authorization: Bearer \(TestGateway.token)"

    /// The status, and the message of a refusal.
    private func ask(_ gateway: TestGateway, _ access: MethodAccess, _ headers: [String]) async throws -> String {
        let answer = try await RawSocket.open(gateway.port) { socket in
            let lines = ["POST /test/\(access) HTTP/1.1", "Host: localhost"] + headers + ["Connection: close"]
            try await socket.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
            return try await socket.rest()
        }
        let status = answer.prefix(12).suffix(3)
        guard status == "403", let end = answer.firstRange(of: "\r\n\r\n") else { return String(status) }
        let error = try JSONParser.parse(String(answer[end.upperBound...]))["error"]
        return "403 \(error?["message"]?.stringValue ?? "")"
    }

    @Test(arguments: [
        (MethodAccess.read, "204", "204"), (.write, "204", "204"),
        (.admin, "204", "403 missing scope: operator.admin"),
        (.approvals, "204", "403 missing scope: operator.approvals"),
        (.pairing, "204", "403 missing scope: operator.pairing"),
        (.node, "403 unauthorized role: operator", "403 unauthorized role: operator"),
    ])
    func s35_s38_aRouteAsksForItsScope(_ access: MethodAccess, _ here: String, _ elsewhere: String) async throws {
        var options = TestGateway.Options()
        options.endpoints = [
            Door<Reading>(), Door<Writing>(), Door<Administration>(), Door<Approving>(), Door<Pairing>(),
            Door<NodesOnly>(),
        ]
        try await TestGateway.run(options) { gateway in
            let answers = [
                try await ask(gateway, access, [Self.bearer]),
                try await ask(gateway, access, [Self.bearer, "X-Forwarded-For: 203.0.113.7"]),
                try await ask(gateway, access, []),
            ]
            #expect(answers == [here, elsewhere, "401"])
        }
    }
}
