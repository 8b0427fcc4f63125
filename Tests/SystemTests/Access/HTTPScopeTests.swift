import ClawDaemon
import ClawProtocol
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import FoundationEssentials
import Testing

/// Every route of the HTTP interface against every kind of caller, over sockets, from the table that the Gateway answers by.
@Suite(.timeLimit(.minutes(10))) struct HTTPScopeTests {
    private struct Caller {
        let name: String
        let headers: [String]

        static let bearer = "Authorization: Bearer \(GatewayProcess.token)"
        static let known = [
            Caller(name: "a program of this machine", headers: [bearer]),
            Caller(name: "a program from elsewhere", headers: [bearer, "X-Forwarded-For: 203.0.113.7"]),
        ]
    }

    private static let everything: JSONObject = [
        "gateway": ["http": ["endpoints": ["chatCompletions": ["enabled": true], "responses": ["enabled": true]]]]
    ]

    /// An empty body: a route finds fault with it only after it let the caller in.
    private static func ask(
        _ route: MethodReference.Route, _ headers: [String], _ gateway: InProcessGateway
    ) async throws -> PlainHTTP.Answer {
        try await PlainHTTP.ask(gateway.port, "\(route.method) \(route.path)", headers)
    }

    /// What a route asks for, and that whoever holds the secret has it. `HTTPDoorTests` has those who lack a scope.
    @Test func s35_s38_theRoutesNeedWhatWasAgreedAndLetHoldersOfTheSecretIn() async throws {
        let routes = try await MethodReference().routes
        #expect(
            routes.map { "\($0.method) \($0.path) \($0.access)" } == [
                "POST /v1/chat/completions write", "POST /v1/responses write", "GET /v1/models read",
                "POST /tools/invoke write", "GET /metrics read",
            ])
        try await InProcessGateway.run(Self.everything) { gateway in
            for route in routes {
                for caller in Caller.known {
                    let answer = try await Self.ask(route, caller.headers, gateway)
                    #expect(![401, 403, 404, 405].contains(answer.status), "\(route.path) for \(caller.name)")
                }
            }
        }
    }

    @Test func s43_whoProvesNothingAndPagesOfOthersAreRefused() async throws {
        let routes = try await MethodReference().routes
        try await InProcessGateway.run(Self.everything) { gateway in
            for route in routes {
                let nobody = try await Self.ask(route, [], gateway)
                #expect(nobody.status == 401, "\(route.path)")
                #expect(nobody.body == #"{"error":{"message":"Unauthorized","type":"unauthorized"}}"#, "\(route.path)")
                let page = try await Self.ask(route, [Caller.bearer, "Origin: http://evil.example"], gateway)
                #expect(page.status == 403, "\(route.path)")
                #expect(page.body.contains("Pages of that origin may not call."), "\(route.path)")
            }
        }
    }

    /// What the page for people says of a route is what the table says.
    @Test func theDocumentationHasTheScopesOfTheTable() async throws {
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(
            separator: "/")
        let bytes = try #require(FileManager.default.contents(atPath: "\(folder)/docs/http-api.md"))
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        for route in try await MethodReference().routes {
            let line = lines.first { $0.hasPrefix("| `\(route.method) \(route.path)`") }
            let cells = (line ?? "").split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
            let scope = try #require(route.access.scope).rawValue
            #expect(cells.count == 3 && scope == "operator.\(cells[1])", "\(route.path)")
        }
    }
}
