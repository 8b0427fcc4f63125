import ArgumentParser

/// `openclaw channels …`.
struct ChannelsCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "channels", abstract: "The chat networks that the Gateway is connected to.",
        subcommands: [ChannelsStatus.self, ChannelsList.self, ChannelsLogs.self, ChannelsLogout.self])
}
