import ArgumentParser
import ClawClient
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw gateway call`.
struct GatewayCall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call", abstract: "Call one method of the Gateway and print what it answers.",
        discussion: "For example: openclaw gateway call sessions.list --params '{limit: 5}'")

    @Argument(help: "The method, as `health` or `sessions.list`.")
    var method: String

    @Option(help: ArgumentHelp("The method's parameters, as JSON5.", valueName: "object"))
    var params = "{}"

    @Option(
        help: ArgumentHelp("Ask for this permission only; may be repeated. Without it: for all.", valueName: "scope"))
    var scope: [String] = []

    @Flag(help: "Wait for the second answer of a method that starts something, such as `agent`.")
    var expectFinal = false

    @OptionGroup var rpc: RPCOptions

    private static let everything: [Scope] = [.admin, .read, .write, .approvals, .pairing]

    func run() async throws {
        let context = CommandContext.current
        let params = try parameters()
        let scopes = scope.isEmpty ? Self.everything : scope.map { Scope($0) }
        let result = try await GatewayAccess(rpc).connect(scopes: scopes) { client in
            expectFinal
                ? try await client.requestExpectingFinal(method, params)
                : try await client.request(method, params)
        }
        if !rpc.json { context.terminal.heading("Gateway call: \(TerminalText.clean(method, isOneLine: true))") }
        context.terminal.json(result)
    }

    private func parameters() throws(ClawError) -> JSONValue {
        let value: JSONValue
        do {
            value = try JSON5Document.parse(params).value
        } catch {
            throw ClawError(
                .invalidRequest, "--params is no JSON: \(error).",
                hint: "Put single quotes around it: --params '{\"limit\": 5}'")
        }
        guard value.objectValue != nil else {
            throw ClawError(.invalidRequest, "--params is no object.", hint: "Write it as --params '{\"limit\": 5}'")
        }
        return value
    }
}
