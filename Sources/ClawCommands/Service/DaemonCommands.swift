import ArgumentParser

/// `openclaw daemon …`: the older name of the service commands, which scripts still use.
struct DaemonCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "daemon", abstract: "The service commands of `openclaw gateway`, under their older name.",
        shouldDisplay: false,
        subcommands: [
            GatewayStatus.self, GatewayInstall.self, GatewayUninstall.self, GatewayStart.self, GatewayStop.self,
            GatewayRestart.self,
        ])
}
