import ArgumentParser

/// `openclaw models …`.
struct ModelsCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models", abstract: "The models that agents use, and the keys to them; the Gateway need not run.",
        subcommands: [
            ModelsStatus.self, ModelsList.self, ModelsSet.self, ModelsAliases.self, ModelsFallbacks.self,
            ModelsAuth.self,
        ],
        defaultSubcommand: ModelsStatus.self)
}
