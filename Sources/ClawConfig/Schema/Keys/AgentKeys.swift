import ClawSupport

extension ConfigKeys {
    static let thinkingLevels = ["off", "minimal", "low", "medium", "high", "xhigh", "adaptive"]

    static let agentDefaults: [ConfigKey] = [
        ConfigKey(
            "agents.defaults.model", .model,
            "The model that answers, and those that are tried when it fails. Without it: `anthropic/claude-opus-4-6` when "
                + "there is a key for it, else a model of a provider that can be used."),
        ConfigKey(
            "agents.defaults.models.*.alias", .string,
            "A short name for the model that stands as the key. When there are entries, only these models can be chosen."
        ),
        ConfigKey("agents.defaults.models.*.params", .object, "Parameters that go into each request to this model."),
        ConfigKey("agents.defaults.models.*.streaming", .boolean, "Whether answers of this model are streamed."),
        ConfigKey(
            "agents.defaults.workspace", .string,
            "The directory of the default agent. Without it: `~/.openclaw/workspace`, with `-<profile>` under a profile."
        ),
        ConfigKey("agents.defaults.skipBootstrap", .boolean, false, "Whether no files are created in a new workspace."),
        ConfigKey(
            "agents.defaults.bootstrapMaxChars", .integer(whole), 20_000,
            "Characters of one workspace file in the system prompt."),
        ConfigKey(
            "agents.defaults.bootstrapTotalMaxChars", .integer(whole), 150_000,
            "Characters of all workspace files in the system prompt."),
        ConfigKey(
            "agents.defaults.userTimezone", .string, "The person's IANA time zone. Without it: that of the machine."),
        ConfigKey(
            "agents.defaults.timeFormat", .choice(["auto", "12", "24"]), "auto", "How times of day are written."),
        ConfigKey("agents.defaults.contextTokens", .integer(whole), "A limit below the model's own context window."),
        ConfigKey(
            "agents.defaults.thinkingDefault", .choice(thinkingLevels),
            "How much the model thinks before it answers. Without it: `low` for models that reason, else `off`."),
        ConfigKey(
            "agents.defaults.verboseDefault", .choice(["off", "on", "full"]), "off",
            "Whether tool calls (`on`) and their results (`full`) are shown in the chat."),
        ConfigKey("agents.defaults.timeoutSeconds", .integer(whole), 600, "How long a run may take, in seconds."),
        ConfigKey("agents.defaults.maxConcurrent", .integer(whole), 4, "How many runs go on at the same time."),
        ConfigKey(
            "agents.defaults.blockStreamingDefault", .choice(["off", "on"]), "off",
            "Whether channels get an answer in blocks while it is written."),
        ConfigKey(
            "agents.defaults.blockStreamingBreak", .choice(["text_end", "message_end"]), "text_end",
            "When a block ends: with each text of the model, or with the whole message."),
        ConfigKey("agents.defaults.blockStreamingChunk.minChars", .integer(whole), 800, "The least size of a block."),
        ConfigKey(
            "agents.defaults.blockStreamingChunk.maxChars", .integer(whole), 1200, "The largest size of a block."),
        ConfigKey(
            "agents.defaults.blockStreamingChunk.breakPreference", .choice(["paragraph", "newline", "sentence"]),
            "paragraph", "Where a block is cut if possible."),
        ConfigKey(
            "agents.defaults.blockStreamingCoalesce.minChars", .integer(whole),
            "Blocks below this size wait for the next one. Without it: the size of `blockStreamingChunk`."),
        ConfigKey(
            "agents.defaults.blockStreamingCoalesce.maxChars", .integer(whole),
            "The largest size of joined blocks. Without it: the size of `blockStreamingChunk`."),
        ConfigKey(
            "agents.defaults.blockStreamingCoalesce.idleMs", .integer(count), 1000,
            "How long a block waits for the next one, in milliseconds."),
        ConfigKey(
            "agents.defaults.humanDelay.mode", .choice(["off", "natural", "custom"]), "off",
            "A pause between blocks: none, 0.8 to 2.5 seconds, or as set."),
        ConfigKey("agents.defaults.humanDelay.minMs", .integer(count), 800, "The shortest pause of mode `custom`."),
        ConfigKey("agents.defaults.humanDelay.maxMs", .integer(count), 2500, "The longest pause of mode `custom`."),
    ]

    static let agentList: [ConfigKey] =
        [
            ConfigKey(
                "agents.list[].id", .string, guarded: true, required: true,
                "The name of the agent in session keys and paths: lower case letters, digits, `_` and `-`, at most 64."),
            ConfigKey(
                "agents.list[].default", .boolean, false,
                "Whether this agent answers what no binding gives to another. Without any: the first of the list."),
            ConfigKey("agents.list[].name", .string, "What the agent is called where agents are listed."),
            ConfigKey(
                "agents.list[].workspace", .string,
                "Its directory. Without it: that of `agents.defaults` for the default agent, else `<state>/workspace-<id>`."
            ),
            ConfigKey(
                "agents.list[].agentDir", .string, guarded: true,
                "Where its keys and model settings are kept. Without it: `<state>/agents/<id>/agent`."),
            ConfigKey(
                "agents.list[].model", .model,
                "Its model. A string keeps the fallbacks of `agents.defaults`; an empty list of fallbacks means none."),
            ConfigKey("agents.list[].identity.name", .string, "What the agent calls itself."),
            ConfigKey("agents.list[].identity.theme", .string, "Its manner in a few words."),
            ConfigKey("agents.list[].identity.emoji", .string, "Its emoji."),
            ConfigKey("agents.list[].identity.avatar", .string, "Its picture: a path in the workspace, or an address."),
            ConfigKey(
                "agents.list[].groupChat.mentionPatterns", .strings,
                "Patterns (PCRE2) that count as a mention. Without it: those of `messages.groupChat`, else its name."),
            ConfigKey(
                "agents.list[].groupChat.historyLimit", .integer(count),
                "Messages of a group that are shown as context. Without it: that of `messages.groupChat`."),
        ] + toolPolicy("agents.list[].tools")
}
