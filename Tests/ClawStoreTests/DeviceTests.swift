import ClawStore
import ClawSupport
import ClawTestKit
import Testing

@Suite struct DeviceTests {
    private let folder: TemporaryDirectory
    private let time = ManualTimeSource()
    private let issues = IssueList()
    private let store: DeviceStore

    init() throws {
        folder = try TemporaryDirectory("devices")
        let issues = issues
        store = DeviceStore(
            directory: StateDirectory(root: folder.path), time: time, entropy: SequentialEntropy(),
            report: { issues.add($0) })
    }

    private func fields(_ scopes: [String], role: String = "operator", silent: Bool = false) -> JSONObject {
        [
            "deviceId": "d1", "publicKey": "key", "platform": "linux", "role": .string(role),
            "scopes": .strings(scopes),
            "silent": .bool(silent),
        ]
    }

    private func pair(_ scopes: [String], role: String = "operator") async throws -> (DeviceRecord, DeviceToken) {
        let request = try await store.upsertPending(fields(scopes, role: role)).request
        let approved = try #require(await store.approve(request.requestID))
        return (approved.device, try #require(approved.token))
    }

    @Test func requestsOfADeviceAreJoined() async throws {
        let first = try await store.upsertPending(fields(["operator.read"], silent: true))
        #expect(first.isNew && first.request.isSilent && !first.request.isRepair)
        time.advance(by: .seconds(200))
        let second = try await store.upsertPending(fields(["operator.write"], role: "node"))
        #expect(!second.isNew && second.request.requestID == first.request.requestID)
        #expect(second.request.roles == ["operator", "node"])
        #expect(second.request.scopes == ["operator.read", "operator.write"])
        #expect(!second.request.isSilent && second.request.timestamp == time.nowMilliseconds)
        let third = try await store.upsertPending(fields([], silent: true))
        #expect(!third.request.isSilent)
        #expect(try await store.pending() == [third.request])
    }

    @Test func aRequestLivesFiveMinutes() async throws {
        let request = try await store.upsertPending(fields(["operator.read"])).request
        time.advance(by: .seconds(299))
        #expect(try await store.pending(request.requestID) == request)
        time.advance(by: .seconds(1))
        #expect(try await store.pending(request.requestID) == nil)
        #expect(try await store.approve(request.requestID) == nil)
        #expect(try await store.upsertPending(fields([])).isNew)
    }

    @Test func anApprovalUnitesAndMintsAFreshToken() async throws {
        let (_, first) = try await pair(["operator.read"])
        time.advance(by: .seconds(1))
        let request = try await store.upsertPending(fields(["operator.write"]))
        #expect(request.request.isRepair)
        let (device, second) = try await pair(["operator.write"])
        #expect(device.scopes == ["operator.read", "operator.write"] && device.approvedScopes == device.scopes)
        #expect(device.roles == ["operator"] && device.platform == "linux")
        #expect(second.scopes == ["operator.write"] && second.token.reveal() != first.token.reveal())
        #expect(second.token.reveal().count == 43 && second.rotatedAt == time.nowMilliseconds)
        #expect(try await store.pending().isEmpty)
        #expect(try await store.devices() == [device])
        let again = try await store.upsertPending(fields([])).request
        #expect(try await store.approve(again.requestID)?.token?.scopes == ["operator.write"])
        #expect(folder.read("devices/paired.json")?.contains("requestId") == false)
        #expect(try mode("\(folder.path)/devices/paired.json") == 0o600)
    }

    @Test func tokensAreVerified() async throws {
        let (_, token) = try await pair(["operator.write"])
        func fault(_ role: String, _ text: String, _ scopes: [String], device: String = "d1") async -> DeviceTokenFault?
        {
            let failure = await error { try await store.verifyToken(device, role: role, token: text, scopes: scopes) }
            return failure as? DeviceTokenFault
        }
        let text = token.token.reveal()
        #expect(await fault("operator", text, ["operator.read", "operator.write"]) == nil)
        #expect(await fault("operator", text, ["operator.admin"]) == .scopes)
        #expect(await fault("operator", text + "x", []) == .mismatch)
        #expect(await fault("operator", "", []) == .mismatch)
        #expect(await fault("node", text, []) == .unknownRole)
        #expect(await fault("operator", text, [], device: "d2") == .unknownDevice)
        _ = try await store.revokeToken("d1", role: "operator")
        #expect(await fault("operator", text, []) == .revoked)
        let minted = try #require(await store.ensureToken("d1", role: "operator", scopes: ["operator.read"]))
        #expect(minted.token.reveal() != text && minted.scopes == ["operator.read"] && !minted.isRevoked)
        #expect(await fault("operator", minted.token.reveal(), []) == nil)
    }

    @Test func aTokenStaysWhileItCovers() async throws {
        let (_, token) = try await pair(["operator.admin"])
        #expect(try await store.ensureToken("d1", role: "operator", scopes: ["operator.pairing"]) == token)
        let narrower = try #require(await store.ensureToken("d1", role: "operator", scopes: ["other"]))
        #expect(narrower.token.reveal() != token.token.reveal() && narrower.scopes == ["other"])
        #expect(try await store.ensureToken("d2", role: "operator", scopes: []) == nil)
    }

    @Test func rotationStaysWithinWhatWasApproved() async throws {
        let (_, token) = try await pair(["operator.write"])
        let rotated = try #require(await store.rotateToken("d1", role: "operator"))
        #expect(rotated.scopes == token.scopes && rotated.token.reveal() != token.token.reveal())
        #expect(
            try await store.rotateToken("d1", role: "operator", scopes: ["operator.read"])?.scopes == ["operator.read"])
        #expect(try await store.rotateToken("d1", role: "operator", scopes: ["operator.admin"]) == nil)
        #expect(try await store.rotateToken("d1", role: "node") == nil)
    }

    @Test func usesReachTheFileWithTheNextChange() async throws {
        let (_, token) = try await pair(["operator.read"])
        time.advance(by: .seconds(5))
        try await store.verifyToken("d1", role: "operator", token: token.token.reveal(), scopes: [])
        #expect(folder.read("devices/paired.json")?.contains("lastUsedAtMs") == false)
        #expect(try await store.device("d1")?.token(role: "operator")?.lastUsedAt == time.nowMilliseconds)
        try await store.flush()
        #expect(folder.read("devices/paired.json")?.contains("lastUsedAtMs") == true)
    }

    @Test func unknownMembersAndForeignChangesAreKept() async throws {
        try folder.write(
            #"{"d9":{"deviceId":"d9","publicKey":"k","role":"operator","scopes":["operator.read"],"future":{"a":1},"createdAtMs":1,"approvedAtMs":2}}"#,
            to: "devices/paired.json")
        let device = try #require(await store.device("d9"))
        #expect(device.roles == ["operator"] && device.approvedScopes == ["operator.read"] && device.createdAt == 1)
        let renamed = try await store.refresh("d9", ["displayName": "Box", "role": nil])
        #expect(renamed?.displayName == "Box" && renamed?.role == nil && renamed?.fields["future"] == ["a": 1])
        #expect(folder.read("devices/paired.json")?.contains("future") == true)
        try folder.write("{}", to: "devices/paired.json")
        #expect(try await store.device("d9") == nil)
        #expect(try await store.refresh("d9", [:]) == nil)
    }

    @Test func devicesAreRemovedAndRequestsRejected() async throws {
        _ = try await pair(["operator.read"])
        #expect(try await store.remove("d1"))
        #expect(try await !store.remove("d1"))
        let request = try await store.upsertPending(fields([])).request
        #expect(try await store.reject(request.requestID) == request)
        #expect(try await store.reject(request.requestID) == nil)
        #expect(try await store.pending().isEmpty)
    }

    @Test func anUnreadableFileIsKeptAside() async throws {
        try folder.write("[1]", to: "devices/paired.json")
        #expect(try await store.devices().isEmpty)
        #expect(issues.kinds == [.movedAside])
        #expect(
            issues.all.first?.message
                == "\(folder.path)/devices/paired.json is not readable (expected an object); it was kept as "
                + "paired.json.unreadable.2026-03-01T08-00-00.000Z.")
        #expect(folder.read("devices/paired.json.unreadable.2026-03-01T08-00-00.000Z") == "[1]")
    }

    @Test(arguments: [
        (["operator.admin"], ["operator.read", "operator.approvals"], "operator", true),
        (["operator.write"], ["operator.read"], "operator", true),
        (["operator.read"], ["operator.write"], "operator", false),
        (["operator.admin"], ["other"], "operator", false), (["operator.admin"], ["operator.read"], "node", false),
        (["a"], ["a"], "node", true), ([], [], "node", true),
    ])
    func scopesCoverOthers(granted: [String], requested: [String], role: String, expected: Bool) {
        #expect(ScopeCoverage.covers(granted, requested, role: role) == expected)
    }
}
