import ArgumentParser
import ClawCore
import ClawStore
import ClawSupport

/// `openclaw pairing list`.
struct PairingList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List who waits, with the code that each was told.")

    @Argument(help: "Only this channel.")
    var channel: String?

    @Option(help: "Only this account.")
    var account: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let context = CommandContext.current
        let access = try PairingAccess(context)
        let channels = channel.map { [ChannelID($0)] } ?? access.channels()
        var found: [(channel: ChannelID, request: PairingRequest)] = []
        for channel in channels {
            let pending = try await access.store.pending(channel: channel, account: account.map { AccountID($0) })
            found += pending.map { (channel, $0) }
        }
        if json { return context.terminal.json(Self.json(found, channel: channel)) }
        var table = TextTable(["CODE", "CHANNEL", "SENDER", "ABOUT", "AGE"])
        for (channel, request) in found {
            let about = request.meta.filter { $0.0 != "accountId" }.compactMap(\.1.stringValue)
            let age = Int(context.time.nowMilliseconds - request.createdAt)
            table.add(
                .init(request.code, .success), .init(channel.rawValue), .init(request.id),
                .init(about.joined(separator: ", "), .muted), .init(AgeText.short(age)))
        }
        if table.isEmpty {
            context.terminal.line(
                "Nobody waits\(channel.map { " on \(TerminalText.clean($0, isOneLine: true))" } ?? "").")
        } else {
            context.terminal.write(table.rendered(for: context.terminal))
            context.terminal.line("Let one in with `openclaw pairing approve <channel> <code>`.")
        }
    }

    private static func json(
        _ found: [(channel: ChannelID, request: PairingRequest)], channel: String?
    ) -> JSONValue {
        let requests = found.map { item -> JSONValue in
            [
                "channel": .string(item.channel.rawValue), "id": .string(item.request.id),
                "code": .string(item.request.code),
                "createdAt": .string(ISOTimestamp.format(milliseconds: item.request.createdAt)),
                "lastSeenAt": .string(ISOTimestamp.format(milliseconds: item.request.lastSeenAt)),
                "meta": .object(item.request.meta),
            ]
        }
        return ["channel": .nullable(channel), "requests": .array(requests)]
    }
}
