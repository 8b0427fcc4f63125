import ArgumentParser

/// `openclaw agents …`.
struct AgentsCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agents", abstract: "The agents of this installation: list, make, name and delete them.",
        subcommands: [
            AgentsList.self, AgentsAdd.self, AgentsSetIdentity.self, AgentsDelete.self, AgentsBindings.self,
            AgentsBind.self, AgentsUnbind.self,
        ], defaultSubcommand: AgentsList.self)
}
