import ArgumentParser

/// `openclaw config …`.
struct ConfigCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Read and change the configuration file; the Gateway need not run.",
        discussion: "Paths are keys with dots between: gateway.auth.mode, agents.list[0].name, models[\"a.b\"].",
        subcommands: [
            ConfigGet.self, ConfigSet.self, ConfigUnset.self, ConfigFileShow.self, ConfigValidate.self,
            ConfigWizard.self,
        ], defaultSubcommand: ConfigWizard.self)
}
