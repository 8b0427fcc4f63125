import ArgumentParser

/// `openclaw gateway`, which alone means `gateway run`.
struct GatewayCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateway", abstract: "The Gateway: the process that owns channels, sessions and agents.",
        subcommands: [
            GatewayRun.self, GatewayStatus.self, GatewayInstall.self, GatewayUninstall.self, GatewayStart.self,
            GatewayStop.self, GatewayRestart.self, GatewayCall.self, HealthShow.self, GatewayProbe.self,
            GatewayUsageCost.self,
        ], defaultSubcommand: GatewayRun.self)
}
