import ClawClient
import ClawProtocol
import ClawSupport
import ClawTestKit
import Crypto
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct DeviceIdentityTests {
    /// What OpenSSL writes for the key of RFC 8032, test 1.
    private static let publicPEM = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
        -----END PUBLIC KEY-----

        """
    private static let privatePEM = """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
        -----END PRIVATE KEY-----

        """

    @Test func keysAreWrittenAndReadAsOtherToolsDo() throws {
        let identity = try ClientFixture.identity()
        #expect(DeviceKeyText.publicPEM(identity.publicKey) == Self.publicPEM)
        #expect(DeviceKeyText.privatePEM(ClientFixture.seed) == Self.privatePEM)
        #expect(DeviceKeyText.publicKey(pem: Self.publicPEM) == identity.publicKey)
        #expect(DeviceKeyText.privateKey(pem: Self.privatePEM) == ClientFixture.seed)
        #expect(
            DeviceKeyText.privateKey(pem: Self.privatePEM.split(separator: "\n").joined(separator: "\r\n"))
                == ClientFixture.seed)
        #expect(identity.deviceID == ClientFixture.deviceID)
    }

    @Test(arguments: [
        "", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", publicPEM,
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ1h\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n!!!\n-----END PRIVATE KEY-----",
    ])
    func otherTextsAreNoKey(_ text: String) {
        #expect(DeviceKeyText.privateKey(pem: text) == nil)
    }

    @Test func theSignatureBelongsToTheKey() throws {
        let identity = try ClientFixture.identity()
        var client = ConnectParams.Client(id: "cli", version: "1", platform: " Linux ", mode: "cli")
        client.deviceFamily = "PC"
        let text = DeviceSignedText(
            deviceID: identity.deviceID, client: client, role: .operator, scopes: ["operator.read", "operator.write"],
            signedAt: 1_772_352_000_000, auth: ConnectParams.Auth(token: "t"), nonce: "n")
        #expect(
            text.v3
                == "v3|\(ClientFixture.deviceID)|cli|cli|operator|operator.read,operator.write|1772352000000|t|n|linux|pc"
        )
        let signature = try #require(Base64.decode(try identity.sign(text.v3)))
        let key = try Curve25519.Signing.PublicKey(rawRepresentation: identity.publicKey)
        #expect(signature.count == 64)
        #expect(key.isValidSignature(signature, for: Array(text.v3.utf8)))
        #expect(!key.isValidSignature(signature, for: Array(text.v2.utf8)))
    }

    @Test func theSignatureIsThatOfOtherTools() throws {
        // From `openssl pkeyutl -sign -rawin`.
        let expected = "/AexuwOYof3dSDbCAkID8HcA/e/oBTLkPlmVa/VWLGm0MzJWViDWnWmIUM1mPCv/ml2J3DY0dN8FZmB2rLjqBQ=="
        let payload = "v3|dev|cli|cli|operator|operator.read|1772352000000||nonce-1|linux|"
        let signature = try ClientFixture.identity().sign(payload)
        #if os(Linux)
            #expect(Base64.decode(signature) == Base64.decode(expected))
        #endif
        let key = try Curve25519.Signing.PublicKey(rawRepresentation: try ClientFixture.identity().publicKey)
        #expect(key.isValidSignature(try #require(Base64.decode(expected)), for: Array(payload.utf8)))
    }

    @Test func aMissingFileIsCreatedForItsOwnerOnly() throws {
        let directory = try TemporaryDirectory()
        let file = DeviceIdentityFile(stateDirectory: "\(directory.path)/state", time: ManualTimeSource())
        umask(0o022)
        let first = try file.loadOrCreate()
        let again = try file.loadOrCreate()
        #expect(first.notice == nil)
        #expect(again.notice == nil)
        #expect(first.identity.deviceID == again.identity.deviceID)
        #expect(again.identity.createdAt == 1_772_352_000_000)
        #expect(mode(file.path) == 0o600)
        #expect(mode("\(directory.path)/state/identity") == 0o700)
        let json = try JSONParser.parse(try #require(directory.read("state/identity/device.json")))
        #expect(json.objectValue?.keys == ["version", "deviceId", "publicKeyPem", "privateKeyPem", "createdAtMs"])
        #expect(json["deviceId"]?.stringValue == sha256Hex(first.identity.publicKey))
    }

    @Test func anotherProgramsFileIsReadAndItsIDCorrected() throws {
        let directory = try TemporaryDirectory()
        let object: JSONValue = [
            "version": 1, "deviceId": "wrong", "publicKeyPem": .string(Self.publicPEM),
            "privateKeyPem": .string(Self.privatePEM), "createdAtMs": 7, "label": "mine",
        ]
        try directory.write(object.text, to: "identity/device.json")
        let file = DeviceIdentityFile(stateDirectory: directory.path, time: ManualTimeSource())
        let loaded = try file.loadOrCreate()
        #expect(loaded.identity.deviceID == ClientFixture.deviceID)
        #expect(loaded.notice == "The device id in \(file.path) did not belong to its key and was corrected.")
        var expected = object
        expected["deviceId"] = .string(ClientFixture.deviceID)
        #expect(directory.read("identity/device.json") == expected.prettyText + "\n")
        #expect(try file.loadOrCreate().notice == nil)
    }

    @Test func theFormOfNativeAppsIsReadAndLeftAlone() throws {
        let directory = try TemporaryDirectory()
        let text =
            #"{"deviceId":"x","publicKey":"y","privateKey":"\#(Base64.encode(ClientFixture.seed))","createdAtMs":7}"#
        try directory.write(text, to: "identity/device.json")
        let loaded = try DeviceIdentityFile(stateDirectory: directory.path, time: ManualTimeSource()).loadOrCreate()
        #expect(loaded.identity.deviceID == ClientFixture.deviceID)
        #expect(directory.read("identity/device.json") == text)
    }

    @Test(arguments: ["", "{", "[]", #"{"privateKeyPem":"no"}"#, #"{"privateKey":"AAAA"}"#])
    func anUnreadableFileIsKeptAside(_ text: String) throws {
        let directory = try TemporaryDirectory()
        try directory.write(text, to: "identity/device.json")
        let file = DeviceIdentityFile(stateDirectory: directory.path, time: ManualTimeSource())
        let loaded = try file.loadOrCreate()
        let aside = "identity/device.json.unreadable-2026-03-01T08-00-00.000Z"
        #expect(directory.read(aside) == text)
        #expect(
            loaded.notice
                == "The device identity could not be read; it is kept as \(directory.path)/\(aside), and a new one "
                + "was made. The Gateway will ask to pair this device again.")
        #expect(try file.loadOrCreate().identity.deviceID == loaded.identity.deviceID)
    }

    private func mode(_ path: String) -> UInt32 {
        var information = stat()
        stat(path, &information)
        return UInt32(information.st_mode) & 0o777
    }
}

struct DeviceTokenFileTests {
    @Test func tokensAreKeptPerRoleAndUnknownMembersStay() throws {
        let directory = try TemporaryDirectory()
        try directory.write(
            #"{"version":1,"deviceId":"d","extra":[1],"tokens":{"node":{"token":"n","role":"node","scopes":[],"x":1}}}"#,
            to: "identity/device-auth.json")
        let file = DeviceTokenFile(stateDirectory: directory.path, time: ManualTimeSource())
        try file.store(.init(value: Redacted("t"), scopes: ["operator.read"]), role: "operator", deviceID: "d")
        let stored = try JSONParser.parse(try #require(directory.read("identity/device-auth.json")))
        #expect(
            stored.text
                == #"{"version":1,"deviceId":"d","extra":[1],"tokens":{"node":{"token":"n","role":"node","scopes":[],"x":1},"#
                + #""operator":{"token":"t","role":"operator","scopes":["operator.read"],"updatedAtMs":1772352000000}}}"#
        )
        #expect(file.token(role: "operator", deviceID: "d")?.value.reveal() == "t")
        #expect(file.token(role: "operator", deviceID: "d")?.scopes == ["operator.read"])
        #expect(file.token(role: "operator", deviceID: "other") == nil)
        try file.remove(role: "operator", deviceID: "d")
        #expect(file.token(role: "operator", deviceID: "d") == nil)
        #expect(file.token(role: "node", deviceID: "d")?.value.reveal() == "n")
    }

    @Test func anotherDeviceStartsAfreshAndABrokenFileHoldsNothing() throws {
        let directory = try TemporaryDirectory()
        let file = DeviceTokenFile(stateDirectory: directory.path, time: ManualTimeSource())
        #expect(file.token(role: "operator", deviceID: "d") == nil)
        try directory.write("{", to: "identity/device-auth.json")
        #expect(file.token(role: "operator", deviceID: "d") == nil)
        try file.store(.init(value: Redacted("t"), scopes: []), role: "operator", deviceID: "d")
        try file.store(.init(value: Redacted("u"), scopes: []), role: "operator", deviceID: "e")
        #expect(file.token(role: "operator", deviceID: "d") == nil)
        #expect(file.token(role: "operator", deviceID: "e")?.value.reveal() == "u")
    }

    @Test func anUnchangedTokenIsNotWrittenAgain() throws {
        let directory = try TemporaryDirectory()
        let time = ManualTimeSource()
        let file = DeviceTokenFile(stateDirectory: directory.path, time: time)
        try file.store(.init(value: Redacted("t"), scopes: ["a"]), role: "operator", deviceID: "d")
        let before = directory.read("identity/device-auth.json")
        time.advance(by: .seconds(5))
        try file.store(.init(value: Redacted("t"), scopes: ["a"]), role: "operator", deviceID: "d")
        #expect(directory.read("identity/device-auth.json") == before)
    }
}
