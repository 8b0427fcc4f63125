import ArgumentParser

/// `openclaw gateway stop`.
struct GatewayStop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stop", abstract: "Stop the service; it starts again with the next session.")

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let context = CommandContext.current
        try await ServiceReport.show(.stop, json: json) {
            ServiceControl.current(context, try Installation.load(context).location)
        } _: {
            try await $0.stop()
        }
    }
}
