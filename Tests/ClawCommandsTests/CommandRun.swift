import ClawClientTesting
import ClawCommands
import ClawSupport
import ClawTestKit
import Synchronization

/// One command that ran in this process with a home directory of its own.
struct CommandRun: Sendable {
    let status: Int32
    let output: String
    let errors: String

    /// How the world of the command is.
    struct World: Sendable {
        var home: TemporaryDirectory
        var environment: [String: String] = [:]
        var width = 80
        var isInteractive = false
        var usesColour = false
        var time: any TimeSource = ManualTimeSource()
        /// What the person types, line by line; nil when nobody sits at a terminal and the input is empty.
        var answers: [String]?
        /// What another program hands over.
        var piped: String?

        init() throws { home = try TemporaryDirectory() }

        /// With a Gateway that the command finds and may speak to.
        init(_ server: ScriptedGateway) throws {
            try self.init()
            environment = ["OPENCLAW_GATEWAY_PORT": "\(server.port)", "OPENCLAW_GATEWAY_TOKEN": "secret"]
        }
    }

    static func run(_ words: String..., in world: World) async -> CommandRun { await run(words, in: world) }

    static func run(_ words: [String], in world: World) async -> CommandRun {
        let written = Mutex((output: "", errors: ""))
        let terminal = Terminal(
            width: world.width, isInteractive: world.isInteractive, usesColour: world.usesColour,
            usesColourInRemarks: world.usesColour
        ) { text, stream in
            written.withLock { written in
                if stream == .output { written.output += text } else { written.errors += text }
            }
        }
        var environment = world.environment
        environment["HOME"] = world.home.path
        let context = CommandContext(
            environment: environment, terminal: terminal, workingDirectory: world.home.path,
            executable: "/usr/local/bin/openclaw", time: world.time, entropy: SequentialEntropy(),
            prompt: prompt(world))
        let status = await CommandLineTool.run(arguments: words, in: context)
        let (output, errors) = written.withLock { $0 }
        return CommandRun(
            status: status, output: plain(output, world), errors: plain(errors, world))
    }

    private static func prompt(_ world: World) -> Prompt {
        let rest = Mutex(world.answers ?? world.piped.map { [$0] } ?? [])
        return Prompt(isInteractive: world.answers != nil) { _, ask in
            ask()
            return rest.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        }
    }

    /// Without what differs from run to run.
    private static func plain(_ text: String, _ world: World) -> String {
        var text = replacing(world.home.path, with: "$HOME", in: text)
        if let port = world.environment["OPENCLAW_GATEWAY_PORT"] {
            text = replacing(":\(port)", with: ":PORT", in: text)
        }
        return text
    }

    private static func replacing(_ part: String, with other: String, in text: String) -> String {
        var output = ""
        var rest = text[...]
        while let found = rest.firstRange(of: part) {
            output += rest[..<found.lowerBound] + other
            rest = rest[found.upperBound...]
        }
        return output + rest
    }

    /// Code and both streams, for golden files.
    var transcript: String {
        "exit \(status)\n" + (output.isEmpty ? "" : "--- output\n\(output)")
            + (errors.isEmpty ? "" : "--- errors\n\(errors)")
    }
}
