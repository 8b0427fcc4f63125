import ArgumentParser
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw usage`.
struct UsageShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage", abstract: "Show the tokens that were used and what they cost.",
        discussion: "Days are those of UTC. Costs are known for models whose price is in the configuration.")

    @Option(help: "The last so many days.")
    var days: Int?

    @Option(help: ArgumentHelp("The first day, with --end-date.", valueName: "YYYY-MM-DD"))
    var startDate: String?

    @Option(help: ArgumentHelp("The last day, with --start-date.", valueName: "YYYY-MM-DD"))
    var endDate: String?

    @Option(help: ArgumentHelp("What a row is about.", valueName: "day|model|provider|agent|channel|session"))
    var by = "day"

    @Option(help: "Only this session, by its key; its models are shown.")
    var session: String?

    @Option(help: "With --by session: at most so many, the last used first.")
    var limit = 20

    @OptionGroup var rpc: RPCOptions

    private static let usualDays = 30
    private static let mostDays = 3660

    func validate() throws {
        if let days, !(1...Self.mostDays).contains(days) {
            throw ValidationError("--days takes a number from 1 to \(Self.mostDays).")
        }
        if (startDate == nil) != (endDate == nil) {
            throw ValidationError("--start-date and --end-date belong together.")
        }
        if days != nil, startDate != nil { throw ValidationError("--days and --start-date exclude each other.") }
        if UsageReport.Part(rawValue: by) == nil {
            throw ValidationError(
                "--by takes \(UsageReport.Part.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        if limit < 1 { throw ValidationError("--limit takes a number from 1.") }
    }

    func run() async throws {
        let context = CommandContext.current
        let access = try GatewayAccess(rpc)
        let part = UsageReport.Part(rawValue: by) ?? .day
        let isByDay = part == .day && session == nil
        var params = range(now: context.time.nowMilliseconds)
        if !isByDay {
            params["limit"] = .int(limit)
            params.set("key", session)
        }
        let answer = try await access.call(
            isByDay ? "usage.cost" : "sessions.usage", .object(params), scopes: [.read])
        if rpc.json { return context.terminal.json(answer) }
        let shown: UsageReport.Part = part == .day && session != nil ? .model : part
        UsageReport(part: shown, answer: answer).write(to: context.terminal)
    }

    /// Both days, since not every method counts back by itself.
    private func range(now: Int64) -> JSONObject {
        if let startDate, let endDate { return ["startDate": .string(startDate), "endDate": .string(endDate)] }
        let last = CivilDate(milliseconds: now)
        let length = Int64((days ?? Self.usualDays) - 1) * 86_400_000
        let first = CivilDate(milliseconds: last.startMilliseconds - length)
        return ["startDate": .string(first.description), "endDate": .string(last.description)]
    }
}
