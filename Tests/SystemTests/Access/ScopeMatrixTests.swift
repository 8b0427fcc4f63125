import ClawClient
import ClawDaemon
import ClawProtocol
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import Testing

/// Every method against every kind of caller, from the one table that the Gateway answers by.
@Suite(.timeLimit(.minutes(10))) struct ScopeMatrixTests {
    /// A caller with one scope, with none, or a node.
    private struct Caller {
        let name: String
        let role: Role
        let scopes: [Scope]

        static let all: [Caller] =
            [Scope.admin, .read, .write, .approvals, .pairing, .talkSecrets].map {
                Caller(name: $0.rawValue, role: .operator, scopes: [$0])
            } + [
                Caller(name: "(no scope)", role: .operator, scopes: []), Caller(name: "node", role: .node, scopes: []),
            ]
    }

    /// Beside the methods that exist, one that does not: it is refused like those that only admins may call.
    private static let unknown = MethodReference.Row(name: "no.such.method", access: .admin, isAdvertised: false)

    @Test func s35_theMatrixIsTheAgreedOne() async throws {
        let reference = try await MethodReference()
        var text = "Method: caller and refusal; callers that are not named may call.\n"
        for row in reference.rows + [Self.unknown] { text += Self.refusals(row.name, row.access, Caller.all) }
        text +=
            "\nHTTP route: the same for callers who know the secret; what it gives them depends on where they are.\n"
        let operators = Caller.all.filter { $0.role == .operator }
        for route in reference.routes {
            text += Self.refusals("\(route.method) \(route.path)", route.access, operators)
        }
        expectGolden(text, "scope-matrix.txt")
    }

    private static func refusals(_ name: String, _ access: MethodAccess, _ callers: [Caller]) -> String {
        var text = "\n\(name)\n"
        for caller in callers {
            guard let refusal = access.refusal(role: caller.role, scopes: caller.scopes) else { continue }
            text += "  \(caller.name): \(refusal)\n"
        }
        return text
    }

    @Test func theReferencePageIsThatOfTheTable() async throws {
        expectGolden(try await MethodReference().markdown, "../../../../docs/methods.md")
    }

    /// The same over real sockets: each caller calls everything. Without params most methods find fault with the params, but
    /// only after they let the caller in.
    @Test func s35_s38_theDoorIsThatOfTheMatrix() async throws {
        let rows = try await MethodReference().rows + [Self.unknown]
        try await InProcessGateway.run([:]) { gateway in
            for caller in Caller.all {
                for part in stride(from: 0, to: rows.count, by: Self.callsPerConnection) {
                    try await Self.check(rows[part...].prefix(Self.callsPerConnection), caller, gateway)
                }
            }
        }
    }

    /// Who is refused again and again is cut off; fewer calls than that.
    private static let callsPerConnection = 6
    private static let node = DeviceIdentity(seed: [UInt8](repeating: 3, count: 32), createdAt: 0)

    private static func check(
        _ rows: some Sequence<MethodReference.Row>, _ caller: Caller, _ gateway: InProcessGateway
    ) async throws {
        try await gateway.withClient(
            scopes: caller.scopes, role: caller.role, identity: caller.role == .node ? node : nil
        ) { client in
            for row in rows {
                let expected = row.access.refusal(role: caller.role, scopes: caller.scopes)
                let refusal = try await refusal(row.name, client)
                #expect(refusal == expected, "\(row.name) as \(caller.name)")
            }
        }
    }

    /// The text with which the door refused; nil when it let the caller in.
    private static func refusal(_ method: String, _ client: GatewayClient) async throws -> String? {
        do {
            _ = try await client.request(method)
            return nil
        } catch GatewayClientError.refused(let error, _) {
            let isDoor = ["missing scope: ", "unauthorized role: "].contains { error.message.hasPrefix($0) }
            if isDoor { #expect(error.code == .invalidRequest && error.details == nil) }
            return isDoor ? error.message : nil
        }
    }
}
