import ArgumentParser

/// `openclaw system …`.
struct SystemCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "system", abstract: "Tell the main session what happened, and see who is there.",
        subcommands: [SystemEvent.self, SystemPresence.self, SystemHeartbeat.self])
}

/// `openclaw system heartbeat …`.
struct SystemHeartbeat: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "heartbeat", abstract: "The heartbeats of agents.", subcommands: [SystemHeartbeatLast.self])
}
