import ClawCore
import ClawSupport
import ClawTestKit
import FoundationEssentials
import Testing

@testable import ClawCommands

/// The files that systems read, and what hostile values do to them.
struct ServiceTextTests {
    private static func plan(
        executable: String = "/usr/local/bin/openclaw", state: String = "/home/ann/.openclaw",
        environment: [String: String] = [:]
    ) throws -> ServicePlan {
        try ServicePlan(
            ServicePlan.Facts(
                name: ServiceName(profile: nil), version: "1.0", executable: executable, port: 18789,
                stateDirectory: state, configPath: "\(state)/openclaw.json", homeDirectory: "/home/ann",
                environment: environment),
            own: ServicePlan.Variable(name: "OPENCLAW_SYSTEMD_UNIT", value: "openclaw-gateway.service"))
    }

    private static let odd = "/opt/a b%n/\"c\"\\d/o'p;e#n$HOME/é"

    @Test func everyValueComesBackAsItWas() throws {
        let program = "/opt/a b%n/o;p#e$n/é"
        let plan = try Self.plan(executable: program, state: "/s %h", environment: ["HTTP_PROXY": Self.odd])
        let command = try #require(SystemdUnit.command(in: SystemdUnit.text(plan)))
        #expect(command.words == [program, "gateway", "--port", "18789"])
        #expect(command.workingDirectory == "/s %h")
        #expect(command.variables == plan.variables)
        #expect(command.port == 18789)
        let agent = try #require(LaunchdPlist.command(in: LaunchdPlist.text(plan, label: "ai.openclaw.gateway")))
        #expect(agent.words == command.words)
        #expect(agent.workingDirectory == command.workingDirectory)
        #expect(agent.variables == plan.variables)
    }

    @Test func argumentsKeepTheirDollars() {
        #expect(SystemdText.quoted("a$b", isArgument: true) == "a$$b")
        #expect(
            SystemdText.words("/bin/x a$$b \"\" 'c d' e\\sf", isCommand: true) == ["/bin/x", "a$b", "", "c d", "e f"])
    }

    @Test(arguments: ["/x\nExecStartPre=/bin/evil", "/x\rA=b", "/x\u{0}", "/x\u{7F}"])
    func aValueCannotBeginASettingOfItsOwn(_ value: String) throws {
        for attempt in [
            { try Self.plan(executable: value) }, { try Self.plan(state: value) },
            { try Self.plan(environment: ["NO_PROXY": value]) },
        ] {
            let error = try #require(throws: ClawError.self) { _ = try attempt() }
            #expect(error.message.hasSuffix("holds a line break or another control character."))
        }
    }

    @Test func secretsOfOthersAreNotShown() throws {
        let text = """
            [Service]
            ExecStart=/usr/bin/node index.js gateway --port 5
            Environment=OPENCLAW_GATEWAY_TOKEN=abc
            Environment="HTTPS_PROXY=http://user:pass@proxy" PLAIN=yes
            """
        let command = try #require(SystemdUnit.command(in: text))
        #expect(
            command.environmentJSON == [
                "OPENCLAW_GATEWAY_TOKEN": "(secret)", "HTTPS_PROXY": "(secret)", "PLAIN": "yes",
            ])
        #expect(!SystemdUnit.isOurs(text))
        #expect(SystemdUnit.command(in: "[Unit]\nDescription=x\n") == nil)
    }

    /// The real reader of units, where Debian's systemd is there.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze")))
    func systemdReadsTheUnit() async throws {
        let directory = try TemporaryDirectory("unit")
        let folder = "\(directory.path)/a b%n;c#$d"
        try AtomicFile.makeDirectory(folder)
        let executable = "\(folder)/openclaw"
        try AtomicFile.write(Array("#!/bin/sh\n".utf8), to: executable, mode: 0o755)
        let plan = try Self.plan(executable: executable, state: folder, environment: ["NO_PROXY": Self.odd])
        try directory.write(SystemdUnit.text(plan), to: "openclaw-gateway.service")
        let verify = try ChildProcess(
            "/usr/bin/systemd-analyze", ["--user", "verify", "\(directory.path)/openclaw-gateway.service"],
            environment: ["XDG_RUNTIME_DIR": directory.path, "HOME": directory.path],
            outputPath: "\(directory.path)/out")
        let status = try await verify.waitForExit()
        #expect(status == .exited(0), "\(verify.output)")
        #expect(verify.output == "")
    }

    @Test func pythonReadsTheLaunchAgent() async throws {
        let directory = try TemporaryDirectory("plist")
        let plan = try Self.plan(environment: ["HTTP_PROXY": "http://a&b<c>\"d\""])
        let text = LaunchdPlist.text(plan, label: "ai.openclaw.gateway")
        expectGolden(text, "ai.openclaw.gateway.plist")
        try directory.write(text, to: "agent.plist")
        let script =
            "import plistlib,json,sys; print(json.dumps(plistlib.load(open(sys.argv[1],'rb')),sort_keys=True))"
        let python = try ChildProcess(
            "python3", ["-c", script, "\(directory.path)/agent.plist"], outputPath: "\(directory.path)/out")
        #expect(try await python.waitForExit() == .exited(0))
        let json = try JSONParser.parse(python.output)
        #expect(json["Label"] == "ai.openclaw.gateway")
        #expect(json["Umask"] == 63)
        #expect(json["KeepAlive"] == true)
        #expect(json["ProgramArguments"] == ["/usr/local/bin/openclaw", "gateway", "--port", "18789"])
        #expect(json["EnvironmentVariables"]?["HTTP_PROXY"] == "http://a&b<c>\"d\"")
    }

    /// The same life as under systemd, driven by a `launchctl` that answers as the real one.
    @Test func launchdIsDriven() async throws {
        let programs = try ScriptedSystemd()
        let home = try TemporaryDirectory("mac")
        let control = ServiceControl(
            supervisor: LaunchdSupervisor(
                name: ServiceName(profile: nil), homeDirectory: home.path,
                environment: ["PATH": "\(programs.folder.path):/usr/bin:/bin"]))
        let plan = try Self.plan(state: "\(home.path)/.openclaw")
        var results: [String] = []
        func note(_ report: ServiceReport) { results.append(report.result.rawValue) }
        note(try await control.start())
        note(try await control.install(plan, force: false))
        note(try await control.install(plan, force: false))
        #expect(try await control.supervisor.state().pid == 4711)
        note(try await control.stop())
        note(try await control.stop())
        note(try await control.start())
        note(try await control.restart())
        note(try await control.uninstall(force: false))
        #expect(
            results == [
                "not-loaded", "installed", "already-installed", "stopped", "not-loaded", "started", "restarted",
                "uninstalled",
            ])
        let verbs = try programs.takeCalls().compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
        #expect(
            verbs.filter { $0 != "print" } == [
                "bootout", "bootstrap", "bootout", "bootstrap", "kickstart", "bootout",
            ])
        #expect(home.read("Library/LaunchAgents/ai.openclaw.gateway.plist") == nil)
        #expect(home.read("Library/LaunchAgents/ai.openclaw.gateway.plist.bak") != nil)
    }

    @Test func listenersAreReadFromTheKernelsTables() throws {
        let root = try TemporaryDirectory("proc")
        let head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
        let end = "00000000:00000000 00:00000000 00000000  1000        0"
        try root.write(
            head
                + "   0: 0100007F:4965 00000000:0000 0A \(end) 111 1\n   1: 0100007F:4965 0100007F:9999 01 \(end) 112 1\n",
            to: "net/tcp")
        try root.write(
            head + "   0: 00000000000000000000000001000000:4965 0:0 0A \(end) 113 1\n"
                + "   1: B80D0120000000000000000001000000:4965 0:0 0A \(end) 114 1\n", to: "net/tcp6")
        try root.write("openclaw\n", to: "42/comm")
        try FileManager.default.createDirectory(atPath: "\(root.path)/42/fd", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: "\(root.path)/42/fd/7", withDestinationPath: "socket:[111]")
        #expect(
            PortListener.all(port: 18789, root: root.path).map(\.text) == [
                "127.0.0.1:18789 (pid 42, openclaw)", "[::1]:18789 (a process of another user)",
                "[2001:db8:0:0:0:0:0:1]:18789 (a process of another user)",
            ])
        #expect(PortListener.all(port: 5, root: root.path) == [])
    }
}
