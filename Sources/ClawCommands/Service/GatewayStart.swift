import ArgumentParser

/// `openclaw gateway start`.
struct GatewayStart: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Start the service that install made.")

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let context = CommandContext.current
        try await ServiceReport.show(.start, json: json) {
            ServiceControl.current(context, try Installation.load(context).location)
        } _: {
            try await $0.start()
        }
    }
}
