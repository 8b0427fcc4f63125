/// Keys of OpenClaw 2026.3 that this program does not read yet: they are kept and listed, and are no mistakes.
enum UnreadKeys {
    private static let prefixes: Set<String> = Set(
        """
        $schema meta wizard diagnostics cli update browser ui auth acp nodeHost broadcast audio media approvals cron
        hooks web discovery canvasHost talk memory skills plugins
        env.shellEnv
        gateway.channelHealthCheckMinutes
        gateway.nodes gateway.http.endpoints.responses.files.pdf.maxPixels
        gateway.http.endpoints.responses.files.pdf.minTextChars
        agents.defaults.imageModel agents.defaults.pdfModel agents.defaults.repoRoot agents.defaults.envelopeTimezone
        agents.defaults.envelopeTimestamp agents.defaults.envelopeElapsed agents.defaults.cliBackends
        agents.defaults.memorySearch agents.defaults.contextPruning agents.defaults.compaction agents.defaults.embeddedPi
        agents.defaults.elevatedDefault agents.defaults.mediaMaxMb agents.defaults.imageMaxDimensionPx
        agents.defaults.pdfMaxBytesMb agents.defaults.pdfMaxPages agents.defaults.typingMode
        agents.defaults.typingIntervalSeconds agents.defaults.heartbeat agents.defaults.subagents agents.defaults.sandbox
        agents.list.skills agents.list.memorySearch agents.list.humanDelay agents.list.heartbeat agents.list.subagents
        agents.list.sandbox agents.list.params agents.list.tools.byProvider agents.list.tools.elevated
        agents.list.tools.exec agents.list.tools.loopDetection agents.list.tools.sandbox
        tools.byProvider tools.web tools.media tools.links tools.sessions tools.loopDetection tools.message
        tools.agentToAgent tools.elevated tools.exec tools.subagents tools.sandbox tools.sessions_spawn
        session.typingIntervalSeconds session.typingMode session.parentForkMaxTokens session.sendPolicy
        session.agentToAgent session.threadBindings session.maintenance.rotateBytes
        messages.messagePrefix messages.ackReaction messages.ackReactionScope messages.removeAckAfterReply
        messages.statusReactions messages.suppressToolErrors messages.tts
        commands.native commands.nativeSkills commands.text commands.bash commands.bashForegroundMs commands.config
        commands.debug commands.restart commands.ownerDisplay commands.ownerDisplaySecret
        logging.redactSensitive logging.redactPatterns
        secrets.providers.*.noOutputTimeoutMs
        models.bedrockDiscovery models.providers.*.injectNumCtxForOpenAICompat
        """.split { $0 == " " || $0 == "\n" }.map(String.init))

    static func contains(_ path: ConfigPath) -> Bool {
        var keys: [String] = []
        for case .key(let key) in path.components { keys.append(key) }
        if keys.count > 2, keys[0] == "models" || keys[0] == "secrets", keys[1] == "providers" { keys[2] = "*" }
        return prefixes.contains(keys.joined(separator: "."))
    }

    /// Whether a key that is not known makes a rule match more than its author meant, so that it cannot be skipped.
    static func isWidening(_ path: ConfigPath) -> Bool {
        path.components.first == .key("bindings") && path.components.contains(.key("match"))
    }
}
