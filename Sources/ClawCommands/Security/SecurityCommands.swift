import ArgumentParser

/// `openclaw security …`.
struct SecurityCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "security", abstract: "Check that this installation is safe.",
        subcommands: [SecurityAuditShow.self])
}
