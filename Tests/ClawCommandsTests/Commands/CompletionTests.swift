import ClawCommands
import ClawSupport
import ClawTestKit
import Testing

struct CompletionTests {
    /// A real bash completes the last of `words` with the script that the command prints.
    private func complete(_ words: String...) async throws -> [String] {
        let world = try CommandRun.World()
        let run = await CommandRun.run("completion", "--shell", "bash", in: world)
        #expect(run.status == 0)
        try world.home.write(run.output, to: "openclaw.bash")
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        let script = """
            . "$1"
            COMP_WORDS=(\(quoted)); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9
            function=$(complete -p openclaw | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
            $function openclaw "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        try world.home.write(script, to: "run.bash")
        let bash = try ChildProcess(
            "bash", ["--norc", "\(world.home.path)/run.bash", "\(world.home.path)/openclaw.bash"],
            environment: ["PATH": "/usr/bin:/bin"], outputPath: "\(world.home.path)/out")
        #expect(try await bash.waitForExit() == .exited(0))
        return bash.output.split(separator: "\n").map(String.init).sorted()
    }

    @Test func bashCompletesCommandsAndOptions() async throws {
        #expect(try await complete("openclaw", "gat") == ["gateway"])
        #expect(try await complete("openclaw", "gateway", "st") == ["start", "status", "stop"])
        #expect(try await complete("openclaw", "gateway", "status", "--no-p") == ["--no-probe"])
    }

    /// Options of every command, before its name and after it.
    @Test func bashCompletesGlobalOptions() async throws {
        #expect(try await complete("openclaw", "--pro") == ["--profile"])
        #expect(try await complete("openclaw", "--profile", "work", "gat") == ["gateway"])
        #expect(try await complete("openclaw", "--dev", "gateway", "st") == ["start", "status", "stop"])
        #expect(try await complete("openclaw", "gateway", "status", "--no") == ["--no-color", "--no-probe"])
        #expect(try await complete("openclaw", "status", "--log") == ["--log-level"])
        #expect(try await complete("openclaw", "status", "--log-level", "d") == ["debug"])
        #expect(try await complete("openclaw", "--log-level", "warn", "config", "va") == ["validate"])
    }

    @Test func theOtherShellsKnowGlobalOptions() async throws {
        let zsh = await CommandRun.run("completion", "-s", "zsh", in: try CommandRun.World()).output
        let (lists, added) = (
            zsh.split(separator: "local -ar arg_specs=(").count, zsh.split(separator: "'--log-level[").count
        )
        #expect(lists == added && lists > 30)
        let fish = await CommandRun.run("completion", "-s", "fish", in: try CommandRun.World()).output
        #expect(fish.contains("complete -c 'openclaw' -l 'log-level' "))
        #expect(fish.contains("__openclaw_parse_subcommand 0 'profile=' 'dev' 'no-color' 'log-level=' 'h/help'\n"))
    }

    @Test(arguments: [("zsh", "#compdef openclaw\n"), ("fish", "function ")])
    func theOtherShellsHaveScriptsToo(_ shell: String, _ start: String) async throws {
        let run = await CommandRun.run("completion", "-s", shell, in: try CommandRun.World())
        #expect(run.output.hasPrefix(start))
        #expect(run.output.contains("gateway"))
        if shell == "zsh" {
            let plain = await CommandRun.run("completion", in: try CommandRun.World())
            #expect(plain.output == run.output)
        }
    }

    @Test func installingAddsToTheShellsFileOnceAndKeepsTheRest() async throws {
        let world = try CommandRun.World()
        try world.home.write("alias ll='ls -l'", to: ".bashrc")
        let first = await CommandRun.run("completion", "--shell", "bash", "--install", "-y", in: world)
        #expect(
            first.output == "Wrote $HOME/.openclaw/completions/openclaw.bash.\n"
                + "Added it to $HOME/.bashrc. New shells complete `openclaw`.\n")
        let text = try #require(world.home.read(".bashrc"))
        let script = "'\(world.home.path)/.openclaw/completions'/openclaw.bash"
        #expect(
            text == "alias ll='ls -l'\n# >>> openclaw completion >>>\n[ -r \(script) ] && . \(script)\n"
                + "# <<< openclaw completion <<<\n")
        let second = await CommandRun.run("completion", "--shell", "bash", "--install", in: world)
        #expect(second.output.hasSuffix("$HOME/.bashrc reads it already.\n"))
        #expect(world.home.read(".bashrc") == text)
    }

    @Test func theStateDirectoryGetsTheScriptsOfAllShells() async throws {
        let world = try CommandRun.World()
        #expect(await CommandRun.run("completion", "--write-state", in: world).status == 0)
        for name in ["_openclaw", "openclaw.bash", "openclaw.fish"] {
            #expect(world.home.read(".openclaw/completions/\(name)")?.contains("openclaw") == true)
        }
    }
}
