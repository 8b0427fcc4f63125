import ClawSupport

extension ConfigKeys {
    static let session: [ConfigKey] =
        [
            ConfigKey(
                "session.scope", .choice(["per-sender", "global"]), "per-sender", guarded: true,
                "Whether each sender has sessions of their own, or all share one."),
            ConfigKey(
                "session.dmScope",
                .choice(["main", "per-peer", "per-channel-peer", "per-account-channel-peer"]), "main", guarded: true,
                "Which direct chats share a session: all (`main`), those of one person, of one person on one channel, or on "
                    + "one account of it. With several people choose another than `main`."),
            ConfigKey(
                "session.mainKey", .string, "Not configurable: the main session is always `main`; another value warns."),
            ConfigKey(
                "session.identityLinks", .stringsMap, [:], guarded: true,
                "People with several addresses: a name, and its list of `channel:peer`."),
            ConfigKey("session.resetTriggers", .strings, ["/new", "/reset"], "Messages that start a new session."),
            ConfigKey(
                "session.idleMinutes", .integer(whole), "The earlier spelling of `session.reset` with mode `idle`."),
            ConfigKey(
                "session.reset.mode", .choice(["daily", "idle"]), "daily",
                "When a session starts anew: at an hour of each day, or after a time without messages."),
            ConfigKey("session.reset.atHour", .integer(0...23), 4, "The hour of mode `daily`, local time."),
            ConfigKey(
                "session.reset.idleMinutes", .integer(whole),
                "Minutes without messages; 60 in mode `idle`. In mode `daily` it counts besides the hour when it is set."
            ),
            ConfigKey(
                "session.store", .string,
                "The session index; `{agentId}` stands for the agent. Without it: "
                    + "`<state>/agents/{agentId}/sessions/sessions.json`."),
        ] + maintenance + ["direct", "dm", "group", "thread"].flatMap { reset("session.resetByType.\($0)") }
        + reset("session.resetByChannel.*")

    private static var maintenance: [ConfigKey] {
        [
            ConfigKey(
                "session.maintenance.mode", .choice(["warn", "enforce"]), "warn",
                "Whether the Gateway only tells in its log which sessions could go, or takes them out of use, once an hour. It "
                    + "holds for `openclaw sessions cleanup`, too."),
            ConfigKey(
                "session.maintenance.pruneAfter", .identifier, "30d",
                "Sessions go that were not used for so long: `30d`, `12h`; a bare number counts days."),
            ConfigKey(
                "session.maintenance.pruneDays", .integer(whole),
                "The earlier spelling of `session.maintenance.pruneAfter`, in days."),
            ConfigKey(
                "session.maintenance.maxEntries", .integer(whole), 500,
                "When an agent has more sessions, those go that were not used longest."),
            ConfigKey(
                "session.maintenance.resetArchiveRetention", .identifierOrFalse,
                "In mode `enforce`, transcripts that a reset or a clean-up put aside are deleted after so long; as long as "
                    + "`pruneAfter` without it. `false` keeps them."),
            ConfigKey(
                "session.maintenance.maxDiskBytes", .identifier,
                "In mode `enforce`, when the sessions of an agent take more (`500mb`, `2gb`), the oldest archived transcripts "
                    + "are deleted, then the sessions not used longest. Without it they may take any amount."),
            ConfigKey(
                "session.maintenance.highWaterBytes", .identifier,
                "Down to what `maxDiskBytes` cuts; four fifths of it without this key."),
        ]
    }

    private static func reset(_ path: String) -> [ConfigKey] {
        [
            ConfigKey("\(path).mode", .choice(["daily", "idle"]), "As `session.reset.mode`, for these chats."),
            ConfigKey("\(path).atHour", .integer(0...23), "As `session.reset.atHour`, for these chats."),
            ConfigKey("\(path).idleMinutes", .integer(whole), "As `session.reset.idleMinutes`, for these chats."),
        ]
    }

    static let queueModes = ["steer", "followup", "collect", "steer-backlog", "steer+backlog", "queue", "interrupt"]

    static let messages: [ConfigKey] = [
        ConfigKey(
            "messages.responsePrefix", .string,
            "Text before each answer on a channel; `auto` is the agent's name. Knows `{model}`, `{modelFull}`, "
                + "`{provider}`, `{thinkingLevel}` and `{identity.name}`."),
        ConfigKey(
            "messages.groupChat.mentionPatterns", .strings, [], "Patterns (PCRE2) that count as a mention in groups."),
        ConfigKey(
            "messages.groupChat.historyLimit", .integer(count), 50,
            "Messages of a group that are shown to the model as context; 0 for none."),
        ConfigKey(
            "messages.queue.mode", .choice(queueModes), "collect",
            "What a message does that arrives during a run: join it (`steer`), wait for a run of its own (`followup`), wait "
                + "together with others (`collect`), both (`steer-backlog`), or stop the run (`interrupt`)."),
        ConfigKey("messages.queue.byChannel", .choiceMap(queueModes), [:], "The same for one channel."),
        ConfigKey(
            "messages.queue.debounceMs", .integer(count), 1000,
            "How long waiting messages are collected after the last one, in milliseconds."),
        ConfigKey("messages.queue.debounceMsByChannel", .integerMap, [:], "The same for one channel."),
        ConfigKey("messages.queue.cap", .integer(whole), 20, "How many messages may wait in one session."),
        ConfigKey(
            "messages.queue.drop", .choice(["old", "new", "summarize"]), "summarize",
            "What goes when more wait: the oldest, the newest, or the oldest with a short summary of them."),
        ConfigKey(
            "messages.inbound.debounceMs", .integer(count), 0,
            "Messages of one sender within this time are taken as one, in milliseconds."),
        ConfigKey("messages.inbound.byChannel", .integerMap, [:], "The same for one channel."),
    ]
}
