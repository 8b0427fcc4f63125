import ClawGateway
import ClawProtocol
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

/// What `events.since` adds to what the hub knows.
struct EventsSinceTests {
    private struct Health: HealthSource {
        func summary(isProbe: Bool) async throws -> JSONObject { ["ok": true] }
    }

    private let bench: MethodBench
    private let hub: EventHub
    private let devices: DeviceStore
    private let method: EventsSince

    init() throws {
        bench = try MethodBench()
        let hub = EventHub(time: bench.time, instance: "here")
        devices = DeviceStore(directory: bench.state, time: bench.time, entropy: SequentialEntropy())
        let host = HostFacts(
            name: "h", address: "192.0.2.1", platform: "linux", deviceFamily: "Linux", modelIdentifier: "x64")
        method = EventsSince(
            hub: hub, presence: PresenceRegistry(host: host, version: "1", time: bench.time),
            health: HealthMonitor(source: Health(), time: bench.time) { hub.broadcastHealth($0) }, devices: devices,
            keys: MethodBench.keys)
        self.hub = hub
    }

    private func file(_ device: String, isSilent: Bool = false) async throws -> PendingDevice {
        let fields: JSONObject = [
            "deviceId": .string(device), "publicKey": "k", "role": "operator", "silent": .bool(isSilent),
        ]
        defer { bench.time.advance(by: .seconds(1)) }
        return try await devices.upsertPending(fields).request
    }

    @Test func aSnapshotTellsWhoWaitsForApprovalToThoseWhoMayKnow() async throws {
        let first = try await file("one")
        _ = try await file("quiet", isSilent: true)
        let second = try await file("two")
        for scopes in [[Scope.read, .pairing], [.admin]] {
            let answer = await bench.answer(method, [:], scopes)
            // As `device.pair.requested` told it, and in that order.
            #expect(answer["devicePairRequests"] == [.object(first.fields), .object(second.fields)])
            #expect(answer["instance"] == "here" && answer["sessions"] == [])
        }
        let reader = await bench.answer(method, [:], [.read])
        #expect(reader["instance"] == "here" && reader["devicePairRequests"] == nil)
        let answer = await bench.answer(method, [:])
        let known: JSONValue = ["instance": "here", "seq": answer["seq"] ?? .null]
        #expect(await bench.answer(method, known) == ["instance": "here", "seq": 0, "events": []])
    }

    @Test func whatWasResolvedOrHasExpiredIsNotTold() async throws {
        let request = try await file("one")
        _ = try await devices.approve(request.requestID)
        #expect(await bench.answer(method, [:])["devicePairRequests"] == [])
        _ = try await file("two")
        bench.time.advance(by: DeviceStore.pendingLifetime)
        #expect(await bench.answer(method, [:])["devicePairRequests"] == [])
    }

    /// The client then asks `device.pair.list`, which says what is wrong.
    @Test func recordsThatCannotBeReadTakeNothingElseAway() async throws {
        // A folder stands where the file should.
        try bench.directory.write("", to: "devices/pending.json/x")
        let answer = await bench.answer(method, [:])
        #expect(answer["instance"] == "here" && answer["devicePairRequests"] == nil)
        #expect(await bench.answer(DevicePairList(devices: devices), [:])["error"] != nil)
    }
}
