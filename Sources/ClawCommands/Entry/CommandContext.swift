package import ClawSupport

/// What the command that runs now sees of the world.
package struct CommandContext: Sendable {
    /// The environment with the global options applied.
    package var environment: [String: String]
    package var terminal: Terminal
    package var time: any TimeSource
    package var entropy: any Entropy
    package var workingDirectory: String
    package var prompt: Prompt
    /// The program that runs now, absolute: what a service has to start.
    package var executable: String

    package init(
        environment: [String: String], terminal: Terminal, workingDirectory: String, executable: String = "openclaw",
        time: any TimeSource = SystemTimeSource(), entropy: any Entropy = SystemEntropy(), prompt: Prompt = .standard
    ) {
        self.environment = environment
        self.terminal = terminal
        self.workingDirectory = workingDirectory
        self.executable = executable
        self.time = time
        self.entropy = entropy
        self.prompt = prompt
    }

    /// The context of the command that runs now. The parser makes the commands, so nothing can be passed to them.
    @TaskLocal static var current = CommandContext(
        environment: [:], terminal: Terminal { _, _ in }, workingDirectory: "/")

    func variable(_ name: String) -> String? {
        guard let value = environment[name], !value.allSatisfy(\.isWhitespace) else { return nil }
        return value
    }
}
