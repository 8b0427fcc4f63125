import ClawClient
import ClawCommands
import ClawCore
import ClawSupport
import Testing

struct GatewayTargetTests {
    private func target(
        _ options: GatewayTarget.Options = .init(), _ environment: [String: String] = [:],
        _ configuration: JSONValue = [:]
    ) throws -> String {
        let target = try GatewayTarget.resolve(options, environment: environment, configuration: configuration)
        let token = target.credentials.token?.reveal() ?? "-"
        let password = target.credentials.password?.reveal() ?? "-"
        return "\(target.endpoint) \(token) \(password) \(target.source)"
    }

    @Test func thePlacesAreLookedAtInOrder() throws {
        let local: JSONValue = ["gateway": ["port": 5, "auth": ["token": "c"], "remote": ["token": "r"]]]
        let remote: JSONValue = [
            "gateway": ["mode": "remote", "auth": ["token": "c"], "remote": ["url": "wss://g:7", "password": "p"]]
        ]
        #expect(try target() == "ws://127.0.0.1:18789 - - none")
        #expect(try target(.init(), [:], local) == "ws://127.0.0.1:5 c - configuration")
        #expect(try target(.init(), ["OPENCLAW_GATEWAY_TOKEN": "e"], local) == "ws://127.0.0.1:5 e - environment")
        #expect(try target(.init(token: "o"), ["OPENCLAW_GATEWAY_TOKEN": "e"], local) == "ws://127.0.0.1:5 o - option")
        #expect(try target(.init(), ["OPENCLAW_GATEWAY_PORT": "6"], local) == "ws://127.0.0.1:6 c - configuration")
        #expect(try target(.init(), [:], remote) == "wss://g:7 - p configuration")
        #expect(
            try target(.init(), [:], ["gateway": ["remote": ["token": "r"]]])
                == "ws://127.0.0.1:18789 r - configuration")
        #expect(try target(.init(), [:], ["gateway": ["tls": ["enabled": true]]]) == "wss://127.0.0.1:18789 - - none")
        #expect(
            try target(.init(), ["OPENCLAW_GATEWAY_URL": "ws://127.0.0.1:9"], local)
                == "ws://127.0.0.1:9 c - configuration")
    }

    @Test func theSecretOfThisMachineStaysHere() throws {
        let local: JSONValue = ["gateway": ["auth": ["token": "c"], "remote": ["token": "r"]]]
        #expect(
            try target(.init(), ["OPENCLAW_GATEWAY_URL": "wss://g"], local) == "wss://g:443 r - configuration")
        // A Gateway behind a proxy takes no secret; then the token of the device must be the one that is sent.
        let proxied: JSONValue = ["gateway": ["auth": ["mode": "trusted-proxy", "token": "c", "password": "p"]]]
        #expect(try target(.init(), [:], proxied) == "ws://127.0.0.1:18789 - - none")
    }

    @Test func aGivenAddressTakesNoSecretFromElsewhere() throws {
        let local: JSONValue = ["gateway": ["auth": ["token": "c"]]]
        let error = try #require(throws: ClawError.self) {
            try target(.init(url: "wss://evil.example"), ["OPENCLAW_GATEWAY_TOKEN": "e"], local)
        }
        #expect(error.message == "--url takes no token or password from the configuration or the environment.")
        #expect(
            try target(.init(url: "wss://g", password: "p"), ["OPENCLAW_GATEWAY_TOKEN": "e"], local)
                == "wss://g:443 - p option")
    }

    @Test func s30_plainTextIsRefusedWithTheWayOut() throws {
        let environment = ["OPENCLAW_GATEWAY_URL": "ws://192.168.1.5:18789"]
        let error = try #require(throws: ClawError.self) { try target(.init(), environment) }
        #expect(error.code == .forbidden)
        #expect(error.message == "ws://192.168.1.5:18789 would send secrets readable over the network.")
        let allowed = environment.merging(["OPENCLAW_ALLOW_INSECURE_PRIVATE_WS": "1"]) { $1 }
        #expect(try target(.init(), allowed) == "ws://192.168.1.5:18789 - - none")
    }
}
