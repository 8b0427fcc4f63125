import ClawClient
import ClawCore
import ClawSupport
import Testing

@testable import ClawCommands

struct SSHRouteTests {
    private func target(_ remote: JSONObject) throws(ClawError) -> GatewayTarget {
        try GatewayTarget.resolve(
            GatewayTarget.Options(), environment: [:],
            configuration: ["gateway": ["mode": "remote", "port": 4444, "remote": .object(remote)]])
    }

    @Test func theArgumentsOfSSH() throws {
        let route = try SSHRoute("me@box:2222", identity: "~/.ssh/claw", gatewayPort: 18789, source: "x")
        let common = ["-T", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=15"]
        let rest = ["-p", "2222", "-i", "~/.ssh/claw", "-W", "127.0.0.1:18789", "--", "me@box"]
        #expect(route.arguments(isInteractive: true) == common + rest)
        #expect(route.arguments(isInteractive: false) == common + ["-o", "BatchMode=yes"] + rest)
        let alias = try SSHRoute("box", identity: nil, gatewayPort: 1, source: "x")
        #expect(alias.arguments(isInteractive: true) == common + ["-W", "127.0.0.1:1", "--", "box"])
    }

    /// A destination is handed to a program that reads options: none may look like one (attack S63).
    @Test(arguments: [
        "-oProxyCommand=id", "me@-oProxyCommand=id", "-l root@box", "box;id", "$(id)", "`id`", "me@you@box", "@box",
        "me@",
        "box:0", "box:65536", "box:x", "box:", "", "a b", "a\nb", "'box'", "böx",
    ])
    func s63_whatIsNoDestinationIsRefused(_ text: String) throws {
        let error = try #require(throws: ClawError.self) {
            try SSHRoute(text, identity: nil, gatewayPort: 1, source: "gateway.remote.sshTarget")
        }
        #expect(error.code == .configInvalid)
        #expect(error.message == "gateway.remote.sshTarget \"\(TerminalText.clean(text))\" is no destination for ssh.")
        #expect(error.hint == "Write user@host or user@host:port.")
    }

    @Test func theRemoteSettingsChooseTheWay() throws {
        let plain = try target(["sshTarget": "me@box"])
        #expect(plain.endpoint.description == "ws://127.0.0.1:18789")
        #expect(plain.route == (try SSHRoute("me@box", identity: nil, gatewayPort: 18789, source: "x")))
        #expect(plain.words == "ws://127.0.0.1:18789 over ssh me@box")
        let port = try target(["sshTarget": "me@box", "url": "ws://localhost:7000", "sshIdentity": "k"])
        #expect(port.route == (try SSHRoute("me@box", identity: "k", gatewayPort: 7000, source: "x")))
        // An address of another machine means that one, unless ssh is asked for.
        let other = try target(["sshTarget": "me@box", "url": "wss://gate.example:7443"])
        #expect(other.route == nil && other.endpoint.description == "wss://gate.example:7443")
        let forced = try target(["sshTarget": "me@box", "url": "ws://10.0.0.1:7443", "transport": "ssh"])
        #expect(forced.route?.gatewayPort == 7443 && forced.endpoint.description == "ws://127.0.0.1:7443")
        let direct = try target(["sshTarget": "me@box", "url": "ws://127.0.0.1:7000", "transport": "direct"])
        #expect(direct.route == nil && direct.endpoint.description == "ws://127.0.0.1:7000")
    }

    @Test func sshWithoutATargetIsRefused() throws {
        let error = try #require(throws: ClawError.self) { try target(["transport": "ssh"]) }
        #expect(error.message == "gateway.remote.transport is ssh, and gateway.remote.sshTarget is not set.")
        #expect(error.hint == "Set it to user@host, or set gateway.remote.transport to direct.")
    }
}
