import ClawClientTesting
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct DoctorTests {
    /// What changes from machine to machine.
    private static func plain(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.contains(" MiB are free") ? "  ok N MiB are free where the state lies." : String(line)
        }.joined(separator: "\n")
    }

    private static func sickWorld(_ port: BoundPort) throws -> CommandRun.World {
        var world = try CommandRun.World()
        world.environment["OPENCLAW_GATEWAY_PORT"] = "\(port.number)"
        try world.home.write(
            """
            {
              // mine
              agent: { model: "anthropic/claude-opus-4-6" },
              gateway: { mode: "local", portt: 5 },
              mystery: { a: 1 },
            }

            """, to: ".openclaw/openclaw.json")
        try world.home.write("{\"pid\": 999999999}", to: ".openclaw/agents/main/sessions/a.jsonl.lock")
        try world.home.write("{\"type\":\"session\"}\nnot json\n", to: ".openclaw/agents/main/sessions/a.jsonl")
        for path in ["", "/openclaw.json", "/agents/main/sessions", "/agents/main/sessions/a.jsonl"] {
            #expect(chmod("\(world.home.path)/.openclaw\(path)", path.contains(".") ? 0o644 : 0o755) == 0)
        }
        return world
    }

    @Test func whatIsWrongIsSaidRepairedAndStaysRepaired() async throws {
        let port = try BoundPort()
        defer { withExtendedLifetime(port) {} }
        let world = try Self.sickWorld(port)
        var text = ""
        for command in ["doctor", "doctor --fix --non-interactive", "doctor --fix --non-interactive"] {
            let words = command.split(separator: " ").map(String.init)
            text += "$ openclaw \(command)\n\(Self.plain(await CommandRun.run(words, in: world).transcript))\n"
        }
        text += "--- file\n" + (world.home.read(".openclaw/openclaw.json") ?? "")
        let token = try JSON5Document.parse(world.home.read(".openclaw/openclaw.json") ?? "").value["gateway"]?[
            "auth"]?[
                "token"]?.stringValue
        expectGolden(text.split(separator: token ?? "-").joined(separator: "TOKEN"), "doctor.txt")
        let aside = AtomicNames.names("\(world.home.path)/.openclaw/agents/main/sessions")
        #expect(aside.contains { $0.hasPrefix("a.jsonl.lock.stale.") })
        #expect(world.home.read(".openclaw/agents/main/sessions/a.jsonl") == "{\"type\":\"session\"}\nnot json\n")
        let copies = ["openclaw.json.bak", "openclaw.json.bak.1", "openclaw.json.bak.2"].compactMap {
            world.home.read(".openclaw/\($0)")
        }
        #expect(copies.contains { $0.contains("mystery") } && copies.contains { $0.contains("agent: {") })
    }

    @Test func unknownKeysStayWhenThePersonSaysNo() async throws {
        let port = try BoundPort()
        defer { withExtendedLifetime(port) {} }
        var world = try Self.sickWorld(port)
        world.answers = ["n"]
        _ = await CommandRun.run("doctor", "--fix", in: world)
        #expect(world.home.read(".openclaw/openclaw.json")?.contains("mystery") == true)
    }

    @Test func aHealthyInstallationIsToldSo() async throws {
        try await ScriptedGateway.run(ScriptedAnswers.script) { server in
            var world = try CommandRun.World(server)
            world.environment["OPENAI_API_KEY"] = "sk-x"
            try world.home.write(
                #"{gateway: {mode: "local", auth: {token: "0123456789abcdef01234567"}}}"#, to: ".openclaw/openclaw.json"
            )
            _ = await CommandRun.run("doctor", "--fix", "--non-interactive", in: world)
            let run = await CommandRun.run("doctor", "--deep", "--json", in: world)
            #expect(run.status == 0)
            let json = try JSONParser.parse(run.output)
            #expect(json["ok"] == true)
            let states = json["sections"]?.arrayValue?.flatMap { $0["findings"]?.arrayValue ?? [] }.map { $0["state"] }
            #expect(states?.allSatisfy { $0 == "ok" } == true, "\(run.output)")
        }
    }

    @Test func aDamagedJournalIsFound() async throws {
        let port = try BoundPort()
        defer { withExtendedLifetime(port) {} }
        let world = try Self.sickWorld(port)
        try world.home.write(String(repeating: "no database at all ", count: 300), to: ".openclaw/state/journal.sqlite")
        let run = await CommandRun.run("doctor", in: world)
        #expect(run.status == 1)
        #expect(run.output.contains("problem The journal "))
        #expect(run.output.hasSuffix("Doctor complete.\n"))
    }
}

private enum AtomicNames {
    static func names(_ path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }
}
