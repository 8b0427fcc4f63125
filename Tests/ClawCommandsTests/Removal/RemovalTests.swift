import ClawCommands
import ClawStore
import ClawSupport
import ClawTestKit
import FoundationEssentials
import Testing

/// `reset` and `uninstall`: what goes, what stays, and that everything can be had back.
struct RemovalTests {
    private static let stamp = "2026-03-01T08-00-00.000Z"

    /// An installation with something of everything.
    private func world() throws -> CommandRun.World {
        let world = try CommandRun.World()
        for name in [
            "openclaw.json.last-good", ".env", "credentials/irc-pairing.json", "agents/main/agent/auth-profiles.json",
            "agents/main/agent/models.json", "agents/main/sessions/sessions.json", "agents/main/sessions/s1.jsonl",
            "agents/work/sessions/s2.jsonl", "state/journal.sqlite", "workspace/MEMORY.md", "devices/paired.json",
            "something of the person's",
        ] { try world.home.write(name, to: ".openclaw/\(name)") }
        try world.home.write("{ gateway: { mode: 'local' } }", to: ".openclaw/openclaw.json")
        return world
    }

    /// The files below the home directory with what they hold.
    private func files(_ world: CommandRun.World) -> [String: String] {
        var found: [String: String] = [:]
        var folders = [""]
        while let folder = folders.popLast() {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: "\(world.home.path)/\(folder)")) ?? [] {
                var isFolder = false
                _ = FileManager.default.fileExists(
                    atPath: "\(world.home.path)/\(folder)\(name)", isDirectory: &isFolder)
                if isFolder {
                    folders.append("\(folder)\(name)/")
                } else {
                    found[folder + name] = world.home.read(folder + name)
                }
            }
        }
        return found
    }

    @Test(arguments: [
        ("config", ["openclaw.json", "openclaw.json.last-good"]),
        (
            "config+creds+sessions",
            [
                "openclaw.json", "openclaw.json.last-good", "credentials/irc-pairing.json",
                "agents/main/agent/auth-profiles.json", "agents/main/sessions/sessions.json",
                "agents/main/sessions/s1.jsonl", "agents/work/sessions/s2.jsonl", "state/journal.sqlite",
            ]
        ),
    ])
    func aResetMovesWhatItNamesAndNothingElse(_ scope: String, _ moved: [String]) async throws {
        let world = try world()
        let before = files(world)
        let dry = await CommandRun.run("reset", "--scope", scope, "--dry-run", in: world)
        #expect(dry.status == 0)
        #expect(dry.output.hasPrefix("Would move $HOME/.openclaw/openclaw.json.last-good\n"))
        #expect(files(world) == before)
        let run = await CommandRun.run("reset", "--scope", scope, "--yes", "--non-interactive", in: world)
        #expect(run.status == 0)
        #expect(run.output.contains("Everything is kept in $HOME/.openclaw.reset-\(Self.stamp).\n"))
        let expected = Dictionary(
            uniqueKeysWithValues: before.map { path, text in
                let name = String(path.dropFirst(".openclaw/".count))
                return (moved.contains(name) ? ".openclaw.reset-\(Self.stamp)/\(name)" : path, text)
            })
        #expect(files(world) == expected)
        let folder = "\(world.home.path)/.openclaw.reset-\(Self.stamp)"
        #expect(AtomicFile.mode(of: folder) == 0o700)
    }

    @Test func aFullResetTakesEverythingAndASecondOneHasAFolderOfItsOwn() async throws {
        let world = try world()
        let before = files(world)
        let run = await CommandRun.run("reset", "--scope", "full", "--yes", "--json", in: world)
        let report = try JSONParser.parse(run.output)
        #expect(report["folder"] == .string("$HOME/.openclaw.reset-\(Self.stamp)"))
        #expect(report["dryRun"] == false)
        let first = ".openclaw.reset-\(Self.stamp)"
        #expect(files(world) == Dictionary(uniqueKeysWithValues: before.map { (first + $0.dropFirst(9), $1) }))
        let nothing = await CommandRun.run("reset", "--scope", "full", "--yes", in: world)
        #expect(nothing.transcript == "exit 0\n--- output\nThere is nothing to reset.\n")
        try world.home.write("new", to: ".openclaw/.env")
        _ = await CommandRun.run("reset", "--scope", "full", "--yes", in: world)
        #expect(world.home.read("\(first)/.env") == ".env")
        #expect(world.home.read("\(first)-2/.env") == "new")
    }

    @Test func aResetAsksAndNoMeansNo() async throws {
        var world = try world()
        let before = files(world)
        world.answers = ["2", "n"]
        let run = await CommandRun.run("reset", in: world)
        #expect(run.status == 1)
        #expect(run.errors == "Stopped.\n")
        #expect(run.output.contains("  2. Configuration, keys and sessions\n"))
        #expect(run.output.contains("Would move $HOME/.openclaw/state\n"))
        #expect(files(world) == before)
        world.answers = ["1", "y"]
        #expect(await CommandRun.run("reset", in: world).status == 0)
        #expect(world.home.read(".openclaw/openclaw.json") == nil)
    }

    @Test func nothingMovesWhileAGatewayRuns() async throws {
        let world = try world()
        let lock = try StateDirectory(root: "\(world.home.path)/.openclaw").lock()
        let before = files(world)
        for words in [["reset", "--scope", "full", "--yes"], ["uninstall", "--state", "--yes"]] {
            let run = await CommandRun.run(words, in: world)
            #expect(run.status == 1)
            #expect(run.errors.hasPrefix("error: The state directory is in use by process "))
            #expect(
                run.errors.hasSuffix("\nStop the Gateway first: `openclaw gateway stop`, or Ctrl-C where it runs.\n"))
            #expect(files(world) == before)
        }
        lock.release()
    }

    @Test func aConfigurationElsewhereIsRenamedWhereItLies() async throws {
        var world = try world()
        world.environment["OPENCLAW_CONFIG_PATH"] = "\(world.home.path)/etc/claw.json"
        try world.home.write("{ gateway: { mode: 'local' } }", to: "etc/claw.json")
        let run = await CommandRun.run("reset", "--scope", "config", "--yes", in: world)
        #expect(run.status == 0)
        #expect(world.home.read("etc/claw.json") == nil)
        #expect(world.home.read("etc/claw.json.reset-\(Self.stamp)") == "{ gateway: { mode: 'local' } }")
        // It is not the configuration that was asked for.
        #expect(world.home.read(".openclaw/openclaw.json") != nil)
    }

    @Test func anUninstallTakesOnlyWhatIsNamed() async throws {
        let systemd = try ScriptedSystemd()
        var world = try world()
        world.environment = [
            "PATH": "\(systemd.folder.path):/usr/bin:/bin", "XDG_CONFIG_HOME": "\(world.home.path)/.config",
        ]
        #expect(await CommandRun.run("gateway", "install", in: world).status == 0)
        let unit = ".config/systemd/user/openclaw-gateway.service"
        let before = files(world)
        let dry = await CommandRun.run("uninstall", "--all", "--dry-run", in: world)
        #expect(dry.output.hasPrefix("Would stop the service and remove $HOME/\(unit)\nWould move "))
        #expect(files(world) == before)
        let service = await CommandRun.run("uninstall", "--service", "--yes", in: world)
        #expect(
            service.output == """
                Stopped and removed the service; its file is kept as $HOME/\(unit).bak.
                The program stays; remove it with: rm /usr/local/bin/openclaw

                """)
        #expect(world.home.read(unit) == nil)
        #expect(world.home.read(".openclaw/openclaw.json") != nil)
        let state = await CommandRun.run("uninstall", "--state", "--yes", "--json", in: world)
        #expect(state.status == 0)
        let folder = ".openclaw.removed-\(Self.stamp)"
        #expect(world.home.read("\(folder)/agents/main/sessions/s1.jsonl") == "agents/main/sessions/s1.jsonl")
        #expect(world.home.read(".openclaw/workspace/MEMORY.md") == "workspace/MEMORY.md")
        let work = await CommandRun.run("uninstall", "--workspace", "--yes", in: world)
        #expect(work.status == 0)
        #expect(world.home.read("\(folder)-2/workspace/MEMORY.md") == "workspace/MEMORY.md")
    }

    /// Two workspaces deep in the state directory, one inside the other, and two outside.
    private func nested() throws -> CommandRun.World {
        let world = try world()
        try world.home.write(
            """
            { agents: { list: [
                { id: 'main', workspace: '~/.openclaw/workspaces/a' },
                { id: 'deep', workspace: '~/.openclaw/workspaces/a/deep' },
                { id: 'work', workspace: '~/work' }, { id: 'inner', workspace: '~/work/inner' },
            ] } }
            """, to: ".openclaw/openclaw.json")
        for name in [
            ".openclaw/workspaces/a/MEMORY.md", ".openclaw/workspaces/a/deep/MEMORY.md", ".openclaw/workspaces/notes",
            "work/MEMORY.md", "work/inner/MEMORY.md",
        ] { try world.home.write(name, to: name) }
        return world
    }

    @Test func workspacesStayWhereverTheyLieInTheStateDirectory() async throws {
        let world = try nested()
        let before = files(world)
        let run = await CommandRun.run("uninstall", "--state", "--yes", in: world)
        #expect(run.status == 0)
        let expected = before.map { path, text in
            let stays = path.hasPrefix("work/") || path.hasPrefix(".openclaw/workspaces/a/")
            return (stays ? path : ".openclaw.removed-\(Self.stamp)\(path.dropFirst(".openclaw".count))", text)
        }
        #expect(files(world) == Dictionary(uniqueKeysWithValues: expected))
    }

    @Test func aWorkspaceGoesOnceWithWhatIsAroundIt() async throws {
        let world = try nested()
        let before = files(world)
        let dry = await CommandRun.run("uninstall", "--workspace", "--dry-run", "--json", in: world)
        let moved = try JSONParser.parse(dry.output)["moved"]?.arrayValue?.map { $0["from"]?.stringValue }
        #expect(moved == ["$HOME/.openclaw/workspaces/a", "$HOME/work"])
        let run = await CommandRun.run("uninstall", "--state", "--workspace", "--yes", in: world)
        #expect(run.status == 0 && run.errors.isEmpty)
        let expected = before.map { path, text in
            path.hasPrefix("work/")
                ? ("work.removed-\(Self.stamp)/\(path.dropFirst("work/".count))", text)
                : (".openclaw.removed-\(Self.stamp)\(path.dropFirst(".openclaw".count))", text)
        }
        #expect(files(world) == Dictionary(uniqueKeysWithValues: expected))
    }

    /// A Gateway that a supervisor starts again finds the lock until everything else has gone.
    @Test(arguments: ["reset --scope full", "reset --scope config+creds+sessions", "uninstall --state"])
    func theFolderWithTheLockGoesLast(_ command: String) async throws {
        let world = try world()
        let words = command.split(separator: " ").map(String.init)
        let run = await CommandRun.run(words + ["--dry-run", "--json"], in: world)
        let moved = try JSONParser.parse(run.output)["moved"]?.arrayValue?.map { $0["from"]?.stringValue }
        #expect(moved?.last == "$HOME/.openclaw/state" && moved?.count ?? 0 > 4)
    }

    @Test func aHomeDirectoryIsNoWorkspaceToMove() async throws {
        let world = try world()
        try world.home.write(
            "{ agents: { list: [{ id: 'main', workspace: '~' }, { id: 'work', workspace: '~/work' }] } }",
            to: ".openclaw/openclaw.json")
        try world.home.write("mine", to: "work/notes.md")
        let run = await CommandRun.run("uninstall", "--workspace", "--yes", in: world)
        #expect(run.errors == "Left alone: $HOME is not only a workspace.\n")
        #expect(world.home.read("work.removed-\(Self.stamp)/notes.md") == "mine")
        #expect(world.home.read(".openclaw/openclaw.json") != nil)
    }

    @Test(arguments: [
        ("reset", "Say what goes with --scope."),
        ("reset --scope moon", "--scope takes config, config+creds+sessions, full."),
        ("reset --scope full", "This takes files out of use, and nobody can be asked."),
        ("uninstall", "Say what goes."), ("uninstall --all", "This takes files out of use, and nobody can be asked."),
        ("gateway run --reset", "--reset works only with --dev."),
    ])
    func nobodyToAskMeansNothingIsDone(_ command: String, _ message: String) async throws {
        let world = try world()
        let before = files(world)
        let run = await CommandRun.run(command.split(separator: " ").map(String.init), in: world)
        #expect(run.status == 1)
        #expect(run.errors.hasPrefix("error: \(message)\n"))
        #expect(files(world) == before)
    }
}
