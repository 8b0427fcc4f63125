import ArgumentParser

/// `openclaw gateway uninstall`.
struct GatewayUninstall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall", abstract: "Stop the service and take it from what starts by itself.")

    @Flag(help: "Remove a service file that this program did not write; it is kept aside.")
    var force = false

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let context = CommandContext.current
        try await ServiceReport.show(.uninstall, json: json) {
            ServiceControl.current(context, try Installation.load(context).location)
        } _: {
            try await $0.uninstall(force: force)
        }
    }
}
