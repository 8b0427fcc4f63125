import ArgumentParser
import ClawCore
import ClawProtocol
import ClawSupport

/// `openclaw channels logs`.
struct ChannelsLogs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show what the channels wrote into the Gateway's log.",
        discussion: "When the Gateway does not answer, the log file of this machine is read, and that is said.")

    @Option(help: "One channel, such as irc, or all.")
    var channel = "all"

    @Option(help: "At most so many lines.")
    var lines = 200

    @OptionGroup var rpc: RPCOptions

    /// How much of the log is searched, in bytes: what `logs.tail` gives at most.
    private static let searched = 1_000_000

    func validate() throws {
        if !(1...5000).contains(lines) { throw ValidationError("--lines takes a number from 1 to 5000.") }
    }

    func run() async throws {
        let context = CommandContext.current
        let page = try await page(context)
        let records = (page["lines"]?.arrayValue ?? []).compactMap(\.stringValue).compactMap(LogRecord.init(line:))
        let shown = records.filter { isWanted($0.subsystem) }.suffix(lines)
        if rpc.json {
            return context.terminal.json([
                "file": page["file"] ?? .null, "channel": .string(channel), "lines": .array(shown.map(\.json)),
            ])
        }
        for record in shown { context.terminal.line(record.text(for: context.terminal)) }
        if shown.isEmpty { context.terminal.line("The channels wrote nothing into the part of the log that is kept.") }
    }

    private func page(_ context: CommandContext) async throws -> JSONValue {
        let access = try GatewayAccess(rpc)
        do {
            return try await access.call(
                "logs.tail", ["limit": 5000, "maxBytes": .int(Self.searched)], scopes: [.read])
        } catch let error as ClawError where error.code == .unavailable && rpc.url == nil {
            guard let file = StoredLog.find(access.installation.snapshot, context) else { throw error }
            context.terminal.note(
                TerminalText.clean("\(error.message) These lines are from the file \(file.path)."))
            return try file.tail(limit: 5000, maxBytes: Self.searched)
        }
    }

    /// The channels' own loggers are named `channel.<id>`, with or without the program's name before.
    private func isWanted(_ subsystem: String) -> Bool {
        let name = subsystem.hasPrefix("openclaw.") ? subsystem.dropFirst("openclaw.".count) : subsystem[...]
        let parts = name.split { $0 == "." || $0 == "/" }
        guard parts.first == "channel" || parts.first == "channels" else { return false }
        return channel == "all" || parts.dropFirst().first.map(String.init) == channel.lowercased()
    }
}
