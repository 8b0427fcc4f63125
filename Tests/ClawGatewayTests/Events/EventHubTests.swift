import ClawAgent
import ClawCore
import ClawGateway
import ClawProtocol
import ClawSupport
import ClawTestKit
import NIOCore
import NIOPosix
import Testing

struct EventHubTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.any()

    private func connection(
        _ id: String, scopes: [Scope] = [.read], role: Role = .operator, caps: [String] = []
    ) -> ClientConnection {
        var params = ConnectParams.test()
        params.caps = caps
        return ClientConnection(
            id: id, params: params, role: role, scopes: scopes, deviceID: nil, remote: .local, connectedAt: 0)
    }

    /// Joins connections, runs `body`, and gives what each got, and how often it was flushed.
    private func receive(
        _ hub: EventHub, _ connections: [ClientConnection], _ body: @escaping @Sendable () -> Void
    ) async throws -> [(frames: [String], flushes: Int)] {
        let loop = loop
        let bound = try await loop.submit {
            let subscribers = connections.map { _ in RecordingSubscriber() }
            for (subscriber, connection) in zip(subscribers, connections) {
                hub.join(subscriber, as: connection, on: loop)
            }
            body()
            return NIOLoopBound(subscribers, eventLoop: loop)
        }.get()
        return try await loop.submit {
            for connection in connections { hub.leave(connection.id, on: loop) }
            return bound.value.map { ($0.frames, $0.flushes) }
        }.get()
    }

    @Test func broadcastsAreNumberedOnceForAll() async throws {
        let hub = EventHub(time: ManualTimeSource())
        hub.broadcast(.tick, ["ts": 1])
        let got = try await receive(hub, [connection("a"), connection("b", scopes: [.pairing])]) {
            hub.broadcast(.tick, ["ts": 2])
            hub.broadcast(.devicePairRequested, ["requestId": "r"])
            hub.send(.agent, ["x": 1], to: ["b"])
            hub.broadcastHealth(["ok": true])
            hub.notePresenceChange()
            hub.broadcastPresence(["presence": []])
        }
        #expect(
            got[0].frames == [
                #"{"type":"event","event":"tick","payload":{"ts":2},"seq":1}"#,
                #"{"type":"event","event":"health","payload":{"ok":true},"seq":3,"stateVersion":{"presence":1,"health":2}}"#,
                #"{"type":"event","event":"presence","payload":{"presence":[]},"seq":4,"stateVersion":{"presence":2,"health":2}}"#,
            ])
        #expect(got[1].frames.count == 5)
        #expect(
            got[1].frames[1] == #"{"type":"event","event":"device.pair.requested","payload":{"requestId":"r"},"seq":2}"#
        )
        #expect(got[1].frames[2] == #"{"type":"event","event":"agent","payload":{"x":1}}"#)
        #expect(got.map(\.flushes) == [1, 1])
    }

    @Test func guardsKnowAdminsAndNodes() async throws {
        let hub = EventHub(time: ManualTimeSource())
        let connections = [
            connection("admin", scopes: [.admin]), connection("approver", scopes: [.approvals]),
            connection("node", scopes: [.admin], role: .node),
        ]
        let got = try await receive(hub, connections) {
            hub.broadcast(.execApprovalRequested, [:])
            hub.broadcast(.nodePairRequested, [:])
            hub.broadcast(.chat, [:])
        }
        #expect(got.map(\.frames.count) == [3, 2, 1])
    }

    @Test func toolEventsGoToThoseWhoAskedForThem() async throws {
        let hub = EventHub(time: ManualTimeSource())
        let run = RunID("r")
        let session = SessionKey(canonical: "agent:main:main")
        let watching = connection("watching", caps: ["tool-events"])
        let other = connection("other")
        let got = try await receive(hub, [watching, other]) {
            hub.addToolRecipient(watching, run: run)
            hub.addToolRecipient(other, run: run)
            let call = ToolCall(id: "t", name: "read", arguments: [:])
            hub.publish(RunEvent(run: run, session: session, sequence: 1, timestamp: 1, body: .toolStarted(call)))
            hub.publish(
                RunEvent(run: run, session: session, sequence: 2, timestamp: 2, body: .text(full: "a", delta: "a")))
        }
        #expect(got[0].frames.count == 3)
        #expect(
            got[0].frames[0].hasPrefix(
                #"{"type":"event","event":"agent","payload":{"runId":"r","seq":1,"stream":"tool""#))
        #expect(!got[0].frames[0].contains(#"}},"seq""#))
        #expect(got[1].frames.count == 2)
        #expect(hub.runningTexts == [run: "a"])
    }
}
