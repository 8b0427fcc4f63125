import ClawConfig
import ClawCore
import ClawSupport
import ClawTestKit
import Testing

struct TokenTests {
    private static let token = "000000000000000000000000000000000000000000000001"

    @Test func `A missing token is generated and stored once`() throws {
        let home = try ConfigHome("{ // mine\n  gateway: { port: 1 },\n}\n")
        let token = try home.editor.generateTokenIfMissing(SequentialEntropy())
        #expect(token?.reveal() == Self.token)
        #expect(
            home.text()
                == "{ // mine\n  gateway: { port: 1, auth: { mode: \"token\", token: \"\(Self.token)\" } },\n}\n")
        #expect(home.inspect().configuration.gateway.auth.token?.reveal() == Self.token)
        #expect(try home.editor.generateTokenIfMissing(SequentialEntropy()) == nil)
        let empty = try ConfigHome()
        #expect(try empty.editor.generateTokenIfMissing(SequentialEntropy())?.reveal() == Self.token)
        #expect(empty.inspect().configuration.gateway.auth.mode == .token)
    }

    @Test(
        arguments: [
            ("{ gateway: { auth: { token: 'x' } } }", [:]), ("{ gateway: { auth: { password: 'x' } } }", [:]),
            ("{ gateway: { auth: { mode: 'none' } } }", [:]),
            (
                "{ gateway: { auth: { mode: 'trusted-proxy', trustedProxy: { userHeader: 'x' } }, trustedProxies: ['10.0.0.1'] } }",
                [:]
            ),
            ("{}", ["OPENCLAW_GATEWAY_TOKEN": "x"]), ("{}", ["OPENCLAW_GATEWAY_PASSWORD": "x"]),
            ("{ env: { CLAWDBOT_GATEWAY_TOKEN: 'x' } }", [:]),
        ] as [(String, [String: String])])
    func `No token is generated where there is another way in`(text: String, environment: [String: String]) throws {
        let home = try ConfigHome(text, environment: environment)
        #expect(try home.editor.generateTokenIfMissing(SequentialEntropy()) == nil)
        #expect(home.text() == text)
    }

    @Test func `An unusable file is not touched`() throws {
        let home = try ConfigHome("{ gateway: { port: 'x' } }")
        let error = #expect(throws: ClawError.self) { try home.editor.generateTokenIfMissing(SequentialEntropy()) }
        #expect(error?.code == .configInvalid)
        #expect(home.text() == "{ gateway: { port: 'x' } }")
    }
}
