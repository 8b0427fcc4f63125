import ArgumentParser

/// `openclaw gateway restart`.
struct GatewayRestart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Stop the service and start it again.")

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let context = CommandContext.current
        try await ServiceReport.show(.restart, json: json) {
            ServiceControl.current(context, try Installation.load(context).location)
        } _: {
            try await $0.restart()
        }
    }
}
