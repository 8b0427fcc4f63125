import ArgumentParser
import ClawDaemon
import ClawStore
import ClawSupport

/// `openclaw channels list`.
struct ChannelsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the configured accounts, and the stored keys of model vendors.",
        discussion: "It reads the files only; `channels status` asks the Gateway how the accounts fare.")

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let context = CommandContext.current
        let work = try await ModelsWorkplace(context)
        let status = ChannelOverview.status(work.installation.snapshot, time: context.time)
        let profiles = try work.profiles.read().profiles
        if json {
            var chat = JSONObject()
            for (id, accounts) in status["channelAccounts"]?.objectValue ?? [:] {
                chat[id] = .array(accounts.arrayValue?.compactMap { $0["accountId"] } ?? [])
            }
            return context.terminal.json([
                "chat": .object(chat),
                "auth": .array(
                    profiles.map {
                        [
                            "id": .string($0.id), "provider": .string($0.provider), "type": .string($0.kind.rawValue),
                            "isExternal": .bool($0.variable != nil),
                        ]
                    }),
            ])
        }
        let channels = ChannelRow.table(ChannelRow.rows(status: status, now: context.time.nowMilliseconds))
        if channels.isEmpty {
            context.terminal.line("No channel is configured.")
        } else {
            context.terminal.write(channels.rendered(for: context.terminal))
        }
        if profiles.isEmpty { return }
        var keys = TextTable(["KEY", "VENDOR", "KIND"])
        for profile in profiles {
            keys.add(.init(profile.id), .init(profile.provider), .init(profile.kind.rawValue, .muted))
        }
        context.terminal.line()
        context.terminal.write(keys.rendered(for: context.terminal))
    }
}
