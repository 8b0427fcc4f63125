import ArgumentParser
import ClawProtocol
import ClawSupport

/// `openclaw gateway usage-cost`.
struct GatewayUsageCost: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage-cost", abstract: "Show what all sessions used and cost, day by day.",
        discussion: "`openclaw usage` also tells by model, agent, channel and session.")

    @Option(help: "The last so many days.")
    var days = 30

    @OptionGroup var rpc: RPCOptions

    func validate() throws {
        if !(1...3660).contains(days) { throw ValidationError("--days takes a number from 1 to 3660.") }
    }

    func run() async throws {
        let terminal = CommandContext.current.terminal
        let answer = try await GatewayAccess(rpc).call("usage.cost", ["days": .int(days)], scopes: [.read])
        if rpc.json { return terminal.json(answer) }
        UsageReport(part: .day, answer: answer).write(to: terminal)
    }
}
