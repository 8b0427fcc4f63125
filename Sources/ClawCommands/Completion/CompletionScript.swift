import ArgumentParser
import ClawConfig
import ClawCore
import ClawSupport

/// `openclaw completion`.
struct CompletionScript: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completion", abstract: "Let the shell complete commands and options.",
        discussion: """
            Prints the shell's script, or writes it below the state directory (--write-state), or also makes the shell read it \
            when it starts (--install: a few marked lines at the end of its file; what stands there stays).
            """)

    @Option(name: .shortAndLong, help: ArgumentHelp("The shell.", valueName: "zsh|bash|fish"))
    var shell = ShellCompletion.zsh

    @Flag(name: .shortAndLong, help: "Make the shell read the script when it starts.")
    var install = false

    @Flag(help: "Write the scripts of all shells to completions/ in the state directory.")
    var writeState = false

    @Flag(name: .shortAndLong, help: "Taken for scripts that pass it; nothing is asked.")
    var yes = false

    func run() async throws {
        let context = CommandContext.current
        if !install, !writeState { return context.terminal.write(shell.script + "\n") }
        let location = try ConfigLocation.resolve(
            environment: context.environment, workingDirectory: context.workingDirectory)
        let folder = "\(location.stateDirectory)/completions"
        try AtomicFile.makeDirectory(folder)
        for shell in writeState ? ShellCompletion.allCases : [shell] {
            let path = "\(folder)/\(shell.fileName)"
            try AtomicFile.write(Array((shell.script + "\n").utf8), to: path)
            context.terminal.line("Wrote \(TerminalText.clean(path, isOneLine: true)).")
        }
        if install { try addToProfile(folder, location, context) }
    }

    private func addToProfile(_ folder: String, _ location: ConfigLocation, _ context: CommandContext) throws {
        let home = context.variable("HOME") ?? location.homeDirectory
        let named = shell.profile(home: home, environment: context.environment)
        // A file that is a link, as people who keep such files elsewhere have it, stays one.
        let path = FilePath.real(named) ?? named
        let shown = TerminalText.clean(path, isOneLine: true)
        let bytes = try AtomicFile.read(path, limit: 4 << 20)
        let text = String(decoding: bytes ?? [], as: UTF8.self)
        if ShellCompletion.isInstalled(in: text) {
            return context.terminal.line("\(shown) reads it already.")
        }
        let gap = text.isEmpty || text.hasSuffix("\n") ? "" : "\n"
        let addition = Array((gap + shell.profileLines(folder: folder)).utf8)
        try AtomicFile.makeDirectory(FilePath.parent(path))
        try AtomicFile.write((bytes ?? []) + addition, to: path, mode: AtomicFile.mode(of: path) ?? 0o644)
        context.terminal.line("Added it to \(shown). New shells complete `openclaw`.")
    }
}
