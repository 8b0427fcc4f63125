import ClawCommands
import ClawSupport
import ClawTestKit
import Testing

struct PairingCodeTests {
    private func world() throws -> CommandRun.World {
        var world = try CommandRun.World()
        world.environment = ["OPENCLAW_GATEWAY_PORT": "5000"]
        try world.home.write(
            "{ gateway: { auth: { token: 'own-token' }, remote: { url: 'wss://far.example.net', token: 'far-token' } } }",
            to: ".openclaw/openclaw.json")
        return world
    }

    /// Readers of other makers read these; see the numbers of modules and the texts in the file.
    @Test func codesAreAsReadersWantThem() {
        var text = ""
        for count in [5, 17, 18, 120, 180, 300] {
            let bytes = (0..<count).map { UInt8(33 + ($0 * 7 + count) % 90) }
            guard let code = QRCode(bytes) else { continue }
            text += "\(String(decoding: bytes, as: UTF8.self))\n\(code.size)\n\(code.text)\n"
        }
        expectGolden(text, "qr-codes.txt")
    }

    @Test func theLargestCodeHolds2953Bytes() {
        #expect(QRCode([UInt8](repeating: 65, count: 2953))?.size == 177)
        #expect(QRCode([UInt8](repeating: 65, count: 2954)) == nil)
        #expect(QRCode([])?.size == 21)
    }

    @Test func theCodeHoldsAddressAndSecret() async throws {
        let world = try world()
        let run = await CommandRun.run("qr", "--public-url", "https://claw.example.net", "--json", in: world)
        let json = try JSONParser.parse(run.output)
        #expect(json["gatewayUrl"] == "wss://claw.example.net")
        #expect(json["auth"] == "token")
        #expect(json["urlSource"] == "--public-url")
        let bytes = try #require(json["setupCode"]?.stringValue.flatMap { Base64.decode($0) })
        #expect(try JSONParser.parse(bytes) == ["url": "wss://claw.example.net", "token": "own-token"])
        let only = await CommandRun.run(
            "qr", "--public-url", "https://claw.example.net", "--setup-code-only", in: world)
        #expect(only.output == (json["setupCode"]?.stringValue ?? "") + "\n")
        let far = await CommandRun.run("qr", "--remote", "--setup-code-only", in: world)
        let remote = try #require(Base64.decode(String(far.output.dropLast())))
        #expect(try JSONParser.parse(remote) == ["url": "wss://far.example.net:443", "token": "far-token"])
        let password = await CommandRun.run("qr", "--url", "ws://127.0.0.1:1", "--password", "p", "--json", in: world)
        #expect(try JSONParser.parse(password.output)["auth"] == "password")
    }

    @Test func tailscaleGivesTheAddressThatAPhoneReaches() async throws {
        let tailscale = try ScriptedTailscale()
        var world = try world()
        world.environment["PATH"] = tailscale.path
        try world.home.write(
            "{ gateway: { auth: { token: 'own-token' }, tailscale: { mode: 'serve' } } }", to: ".openclaw/openclaw.json"
        )
        let hidden = await CommandRun.run("qr", "--no-ascii", in: world)
        #expect(hidden.output.contains("Gateway: ws://127.0.0.1:PORT (from this machine)"), "\(hidden.output)")
        #expect(hidden.errors.hasPrefix("Tailscale does not show this Gateway. "), "\(hidden.errors)")
        try tailscale.setShown(
            #"{"Web":{"\#(ScriptedTailscale.name):443":{"Handlers":{"/":{"Proxy":"http://127.0.0.1:5000"}}}}}"#)
        let run = await CommandRun.run("qr", "--json", in: world)
        let json = try JSONParser.parse(run.output)
        #expect(json["gatewayUrl"] == "wss://box.tail1234.ts.net/", "\(run.output) \(run.errors)")
        #expect(json["urlSource"] == "gateway.tailscale.mode=serve")
    }

    @Test func theImageIsDrawnWhereItFits() async throws {
        var world = try world()
        let run = await CommandRun.run("qr", in: world)
        let code = try #require(run.output.firstRange(of: "Setup code: ")).upperBound
        let text = String(run.output[code...].prefix { $0 != "\n" })
        let drawn = try #require(QRCode(Array(text.utf8))).text
        #expect(
            run.output == """
                \(drawn)

                Setup code: \(text)
                Gateway: ws://127.0.0.1:PORT (from this machine)
                Auth: token
                Then let the device in: `openclaw devices list`, `openclaw devices approve`.

                """)
        #expect(
            run.errors == "This address is this machine's own; a phone needs another one, given with --public-url.\n")
        let plain = await CommandRun.run("qr", "--no-ascii", in: world)
        #expect(plain.output.hasPrefix("Setup code: "))
        world.width = 30
        let narrow = await CommandRun.run("qr", in: world)
        #expect(narrow.output == plain.output)
        #expect(narrow.errors.hasPrefix("The terminal is too narrow for the image, which takes "))
    }

    @Test(arguments: [
        (
            "qr --public-url http://claw.example.net",
            "ws://claw.example.net would send secrets readable over the network."
        ),
        ("qr --token a --password b", "--token and --password exclude each other."),
        ("qr --remote --url ws://x", "--remote takes its address from gateway.remote.url, not from an option."),
    ])
    func whatWouldTellTheSecretIsRefused(_ command: String, _ message: String) async throws {
        let run = await CommandRun.run(command.split(separator: " ").map(String.init), in: try world())
        #expect(run.status == 1)
        #expect(run.output == "")
        #expect(run.errors.hasPrefix("error: \(message)\n"))
    }

    @Test func withoutASecretThereIsNoCode() async throws {
        let run = await CommandRun.run("qr", in: try CommandRun.World())
        #expect(run.status == 1)
        #expect(run.errors.hasPrefix("error: There is no token or password to put into the code.\n"))
    }
}
