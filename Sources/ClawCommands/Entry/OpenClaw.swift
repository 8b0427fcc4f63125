import ArgumentParser
import ClawCore

/// The root of the command tree.
struct OpenClaw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openclaw",
        abstract: "Your own assistant: a Gateway that owns its channels, sessions and agents, and this command line.",
        discussion: """
            Every command takes, before or after its name:
              --profile <name>     Use the state directory ~/.openclaw-<name>.
              --dev                Use the profile dev and port 19001.
              --no-color           Print without colours, as NO_COLOR=1 does.
              --log-level <level>  One of \(GlobalOptions.logLevels.joined(separator: ", ")).

            `openclaw --version` prints the version.
            Start with `openclaw gateway run`, then `openclaw status`.
            """,
        subcommands: [
            GatewayCommands.self, DaemonCommands.self, AgentRun.self, AgentsCommands.self, StatusShow.self,
            HealthShow.self,
            SystemCommands.self,
            SessionsCommands.self, UsageShow.self,
            ChannelsCommands.self, PairingCommands.self, DevicesCommands.self, ConfigCommands.self, LogsShow.self,
            DashboardOpen.self, PairingCode.self, SecurityCommands.self, SecretsCommands.self, ModelsCommands.self,
            Setup.self, Onboard.self, Configure.self, DoctorRun.self, WhyShow.self, BackupCommands.self, Reset.self,
            Uninstall.self, CompletionScript.self, DocsWrite.self,
        ])
}
