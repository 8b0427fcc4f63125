import ArgumentParser
import ClawClient
import ClawCore
import ClawSupport

/// `openclaw dashboard`.
struct DashboardOpen: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard", abstract: "Print the link to the chat page, and open it in a browser.")

    @Flag(name: .customLong("no-open"), help: "Only print the link.")
    var staysClosed = false

    @OptionGroup var rpc: RPCOptions

    func run() async throws {
        let context = CommandContext.current
        let access = try GatewayAccess(rpc)
        let link = DashboardLink(access.target.endpoint)
        let url = link.text(with: access.target.credentials.token)
        if rpc.json {
            var object: JSONObject = ["url": .string(url)]
            object.set("tlsFingerprint", access.fingerprint)
            return context.terminal.json(.object(object))
        }
        context.terminal.line("Dashboard URL: \(TerminalText.clean(url, isOneLine: true))")
        if let fingerprint = access.fingerprint { context.terminal.line("Certificate: \(fingerprint)") }
        if context.terminal.isInteractive {
            let isCopied = Clipboard.copy(url, environment: context.environment)
            context.terminal.line(isCopied ? "Copied to clipboard." : "Copy to clipboard unavailable.")
        }
        if staysClosed || !context.terminal.isInteractive { return }
        if Browser.open(url, environment: context.environment) {
            context.terminal.line("Opened in your browser.")
        } else if context.variable("SSH_CONNECTION") != nil {
            let port = access.target.endpoint.port
            context.terminal.note(
                "From your own machine: `ssh -N -L \(port):127.0.0.1:\(port) <user>@<this machine>`, then open the link."
            )
        } else {
            context.terminal.note("No browser was found; open the link yourself.")
        }
    }
}
