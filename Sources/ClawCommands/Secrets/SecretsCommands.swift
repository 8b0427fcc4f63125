import ArgumentParser

/// `openclaw secrets …`.
struct SecretsCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "secrets", abstract: "Keys that lie outside the configuration: check them, take them anew.",
        discussion: "docs/secrets.md tells how to keep secrets in variables, files and programs.",
        subcommands: [SecretsAudit.self, SecretsReloadCall.self])
}
