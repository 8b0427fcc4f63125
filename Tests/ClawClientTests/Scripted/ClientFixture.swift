import ClawClient
import ClawClientTesting
import ClawProtocol
import ClawSupport
import ClawTestKit

/// Options and keys of the tests: everything fixed.
enum ClientFixture {
    /// Test 1 of RFC 8032, section 7.1.
    static let seed: [UInt8] = [
        0x9D, 0x61, 0xB1, 0x9D, 0xEF, 0xFD, 0x5A, 0x60, 0xBA, 0x84, 0x4A, 0xF4, 0x92, 0xEC, 0x2C, 0xC4, 0x44, 0x49,
        0xC5, 0x69, 0x7B, 0x32, 0x69, 0x19, 0x70, 0x3B, 0xAC, 0x03, 0x1C, 0xAE, 0x7F, 0x60,
    ]
    static let deviceID = "21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9"

    static func identity() throws -> DeviceIdentity {
        guard let identity = DeviceIdentity(seed: seed, createdAt: 1_772_352_000_000) else { throw Missing() }
        return identity
    }

    struct Missing: Error {}

    /// With the limits of the product on the clock `time`; without one they are so long that a busy machine does not meet them.
    static func options(
        _ server: ScriptedGateway, token: String? = "secret", time: (any TimeSource)? = nil
    ) -> GatewayClientOptions {
        var options = GatewayClientOptions(
            endpoint: GatewayEndpoint(localPort: server.port),
            client: ConnectParams.Client(id: "cli", version: "2026.3.3", platform: "linux", mode: "cli"),
            scopes: [.read], credentials: GatewayCredentials(token: token.map { Redacted($0) }),
            time: time ?? SystemTimeSource())
        if time == nil {
            options.connectTimeout = .seconds(60)
            options.requestTimeout = .seconds(60)
        }
        return options
    }
}

/// The error of a call that must fail with one of the client's errors.
func failure(_ body: () async throws -> Void) async throws -> GatewayClientError {
    do {
        try await body()
    } catch let error as GatewayClientError {
        return error
    }
    throw ClientFixture.Missing()
}
