import ClawProtocol
import Testing

struct AccessTests {
    @Test func refusals() {
        let cases: [(MethodAccess, Role, [Scope], String?)] = [
            (.anyone, .node, [], nil),
            (.anyone, .operator, [], nil),
            (.read, .operator, [], "missing scope: operator.read"),
            (.read, .operator, [.write], nil),
            (.read, .operator, [.approvals], "missing scope: operator.read"),
            (.write, .operator, [.read], "missing scope: operator.write"),
            (.admin, .operator, [.read, .write], "missing scope: operator.admin"),
            (.pairing, .operator, [.admin], nil),
            (.approvals, .operator, [.pairing], "missing scope: operator.approvals"),
            (.read, .node, [.admin], "unauthorized role: node"),
            (.node, .operator, [.admin], "unauthorized role: operator"),
            (.node, .node, [], nil),
        ]
        for (access, role, scopes, expected) in cases {
            #expect(access.refusal(role: role, scopes: scopes) == expected)
        }
    }

    @Test func coverage() {
        #expect(Scope.covers([.admin], [.read, .talkSecrets], role: .operator))
        #expect(Scope.covers([.write], [.read], role: .operator))
        #expect(!Scope.covers([.read], [.write], role: .operator))
        #expect(!Scope.covers([.admin], [Scope("other")], role: .operator))
        #expect(!Scope.covers([.admin], [.read], role: .node))
        #expect(Scope.covers([], [], role: .operator))
    }

    @Test func methodsStandInTheOrderOfTheReference() {
        #expect(MethodOrder.reference.count == 94)
        #expect(MethodOrder.sorted(["x.own", "status", "health"]) == ["health", "status", "x.own"])
    }

    @Test func guardedEventsAreDroppable() {
        #expect(EventName.devicePairRequested.requiredScope == .pairing)
        #expect(EventName.devicePairRequested.isDroppable)
        #expect(!EventName.agent.isDroppable)
        #expect(!EventName.health.isDroppable)
        #expect(EventName.advertised.count == 19)
    }
}
