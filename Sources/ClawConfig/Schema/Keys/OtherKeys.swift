import ClawSupport

extension ConfigKeys {
    static func toolPolicy(_ path: String) -> [ConfigKey] {
        let scope = path == "tools" ? "" : " For this agent, besides those of all."
        return [
            ConfigKey(
                "\(path).profile", .choice(["minimal", "coding", "messaging", "full"]), guarded: true,
                "A named set of tools to start from. Without it: `full`.\(scope)"),
            ConfigKey(
                "\(path).allow", .strings, guarded: true,
                "Only these tools, as names, `*` patterns or `group:` names. Without it: all of the profile.\(scope)"),
            ConfigKey("\(path).alsoAllow", .strings, guarded: true, "Tools besides those of the profile.\(scope)"),
            ConfigKey("\(path).deny", .strings, guarded: true, "Never these tools; wins over the others.\(scope)"),
            ConfigKey(
                "\(path).fs.workspaceOnly", .boolean, path == "tools" ? false : nil, guarded: true,
                "Whether file tools stay inside the workspace.\(scope)"),
        ]
    }

    static let tools = toolPolicy("tools")

    static let channels: [ConfigKey] = [
        ConfigKey(
            "channels", .object, [:], guarded: true,
            "One section per channel, read by that channel; its page names the keys.")
    ]

    static let bindings: [ConfigKey] = [
        ConfigKey("bindings[].agentId", .string, guarded: true, required: true, "The agent that gets what matches."),
        ConfigKey("bindings[].comment", .string, "A note for people."),
        ConfigKey("bindings[].match.channel", .string, guarded: true, required: true, "The channel."),
        ConfigKey(
            "bindings[].match.accountId", .string, guarded: true,
            "The account of the channel; `*` for any. Without it: `default`."),
        ConfigKey(
            "bindings[].match.peer.kind", .choice(["direct", "group", "channel", "dm"]), guarded: true,
            "The kind of chat."),
        ConfigKey("bindings[].match.peer.id", .string, guarded: true, "The id of the chat or person."),
        ConfigKey("bindings[].match.guildId", .string, guarded: true, "The server (Discord)."),
        ConfigKey("bindings[].match.teamId", .string, guarded: true, "The team (Slack, Teams)."),
        ConfigKey("bindings[].match.roles", .strings, [], guarded: true, "One of these roles (Discord)."),
    ]

    static let commands: [ConfigKey] = [
        ConfigKey(
            "commands.allowFrom", .identifiersMap, [:], guarded: true,
            "Who may give commands, by channel; `*` for all channels. Without it: who may chat."),
        ConfigKey(
            "commands.ownerAllowFrom", .identifiers, [], guarded: true,
            "Who counts as the owner, with rights to commands that change the system."),
        ConfigKey(
            "commands.useAccessGroups", .boolean, true, guarded: true,
            "Whether allowlists of channels also limit commands."),
    ]

    static let logLevels = ["silent", "fatal", "error", "warn", "info", "debug", "trace"]

    static let logging: [ConfigKey] = [
        ConfigKey("logging.level", .choice(logLevels), "info", "What goes into the log file."),
        ConfigKey(
            "logging.file", .string, "The log file. Without it: one a day, `/tmp/openclaw/openclaw-YYYY-MM-DD.log`."),
        ConfigKey(
            "logging.maxFileBytes", .integer(whole), 524_288_000, "The size at which a log file takes no more."),
        ConfigKey("logging.consoleLevel", .choice(logLevels), "info", "What goes to the console."),
        ConfigKey(
            "logging.consoleStyle", .choice(["pretty", "compact", "json"]), "pretty", "How it looks there."),
    ]

    static let environment: [ConfigKey] = [
        ConfigKey(
            "env.vars", .stringMap, [:],
            "Environment variables, for those that the process and `.env` files do not set. Names that change how programs "
                + "are loaded or where this one looks are skipped."),
        ConfigKey("env.*", .string, "The same, one by one."),
    ]

    static let journal: [ConfigKey] = [
        ConfigKey(
            "journal.payloadRetentionDays", .integer(count), 7,
            "Days after which the content of a finished piece of work is erased from the journal; what became of it stays. "
                + "An addition of this program.")
    ]
}
