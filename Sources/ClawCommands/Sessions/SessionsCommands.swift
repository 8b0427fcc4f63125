import ArgumentParser

/// `openclaw sessions`, which alone means `sessions list`.
struct SessionsCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions", abstract: "List the sessions, the last used first, or clean them up.",
        subcommands: [SessionsList.self, SessionsCleanup.self], defaultSubcommand: SessionsList.self)
}
