import ClawCore
import ClawDaemon
import ClawGateway
import ClawSupport
import ClawTestKit
import Testing

/// What is made of the answers of `tailscale`.
@Suite(.timeLimit(.minutes(10))) struct TailscaleProgramTests {
    private let scripted: ScriptedTailscale
    private var program: TailscaleProgram

    init() throws {
        scripted = try ScriptedTailscale()
        program = TailscaleProgram(environment: ["PATH": scripted.path, "SECRET": "s"])
        // A busy machine is not to be taken for a program that hangs.
        program.questionTime = .seconds(50)
        program.changeTime = .seconds(50)
    }

    /// What a failed question tells a person.
    private func words(_ question: () async throws -> Void) async -> String {
        do {
            try await question()
            return "no fault"
        } catch {
            return "\(error)"
        }
    }

    @Test func theNodeIsKnownByItsName() async throws {
        #expect(try await program.node().name == ScriptedTailscale.name)
        #expect(TailscaleLink(try await program.node(), basePath: "/claw").text == "https://box.tail1234.ts.net/claw/")
        #expect(scripted.calls == ["status --json", "status --json"])
    }

    @Test func whatIsMissingIsSaid() async throws {
        try scripted.setState("NeedsLogin")
        #expect(
            await words { _ = try await program.node() }
                == "This machine is not logged in to Tailscale. Run: sudo tailscale up")
        try scripted.setState("Stopped")
        #expect(
            await words { _ = try await program.node() }
                == "Tailscale does not run here; its state is Stopped. Run: sudo tailscale up")
        try scripted.setFault("down")
        #expect(
            await words { _ = try await program.node() }
                == "Tailscale does not answer: failed to connect to local tailscaled; it doesn't appear to be running Start its "
                + "daemon, for example with `sudo systemctl start tailscaled`.")
        try scripted.setFault("garbage")
        #expect(
            await words { _ = try await program.node() } == "`tailscale status --json` did not answer with JSON.")
        let nowhere = TailscaleProgram(environment: ["PATH": "/nowhere"])
        #expect(
            await words { _ = try await nowhere.node() }
                == "The program tailscale is not installed. Install Tailscale, add its folder to PATH, or set "
                + "gateway.tailscale.mode to off.")
    }

    @Test func showingIsDoneAndUndone() async throws {
        try scripted.setOther(#""/photos":{"Proxy":"http://127.0.0.1:3000"}"#)
        try await program.show("http://127.0.0.1:18789", toInternet: true)
        let shown = try await program.shown()
        #expect(shown.root == "http://127.0.0.1:18789" && shown.isOnInternet && shown.hasOthers)
        try await program.hide(hasOthers: shown.hasOthers)
        let rest = try await program.shown()
        #expect(rest.root == nil && rest.targets["/photos"] == "http://127.0.0.1:3000")
        try scripted.setOther("")
        try await program.show("http://127.0.0.1:18789", toInternet: false)
        let alone = try await program.shown()
        #expect(!alone.isOnInternet && !alone.hasOthers)
        try await program.hide(hasOthers: false)
        #expect(scripted.shown == "{}\n")
        try scripted.setShown(#"{"TCP":{"2222":{"TCPForward":"127.0.0.1:22"}}}"#)
        #expect(try await program.shown().hasOthers)
        #expect(
            scripted.calls.filter { !$0.contains("status") } == [
                "funnel --bg --yes http://127.0.0.1:18789", "serve --yes --https=443 --set-path=/ off",
                "serve --bg --yes http://127.0.0.1:18789", "serve reset",
            ])
        try scripted.setFault("denied")
        #expect(
            await words { try await program.show("http://127.0.0.1:1", toInternet: false) }
                == "`tailscale serve` failed: sending serve config: Access denied: serve config denied Run once: sudo tailscale set "
                + "--operator=$USER")
    }

    @Test func onlyPeopleHaveAccounts() async throws {
        let phone = try #require(IPAddress("100.64.0.9"))
        try scripted.setOwner("ann@example.com", of: "100.64.0.9")
        #expect(try await program.account(of: phone) == "ann@example.com")
        try scripted.setOwner("tagged-devices", of: "100.64.0.9", tags: #","Tags":["tag:ci"]"#)
        #expect(try await program.account(of: phone) == nil)
        let stranger = try #require(IPAddress("100.64.0.10"))
        #expect(
            await words { _ = try await program.account(of: stranger) }
                == "`tailscale whois` failed: peer not found Run `tailscale whois` by hand to see more.")
    }

    @Test mutating func aProgramThatHangsIsEnded() async throws {
        try scripted.setFault("slow")
        program.questionTime = .milliseconds(200)
        program.changeTime = .milliseconds(200)
        let phone = try #require(IPAddress("100.64.0.9"))
        let program = program
        #expect(
            await words { _ = try await program.account(of: phone) } == "tailscale whois did not end within 0 s.")
        #expect(
            await words { try await program.show("http://127.0.0.1:1", toInternet: true) }
                == "`tailscale funnel` did not end within 0 s. Run `tailscale funnel --bg --yes http://127.0.0.1:1` by hand: it says "
                + "what your tailnet must allow first.")
    }
}
