package import ClawSupport

package enum DMPolicy: String, Sendable, Hashable, CaseIterable {
    case pairing
    case allowlist
    case open
    case disabled
}

package enum GroupPolicy: String, Sendable, Hashable, CaseIterable {
    case open
    case disabled
    case allowlist
}

/// How a platform without tables shows one.
package enum TableRendering: String, Sendable, Hashable, CaseIterable {
    case off
    case bullets
    case code
}

/// What one entry of `groups` says; nil where it says nothing.
package struct GroupSettings: Sendable, Hashable {
    package var enabled: Bool?
    package var requireMention: Bool?
    package var allowFrom: [String]?
    package var systemPrompt: String?
    package var skills: [String]?
    /// `tools` and `toolsBySender` as they stand; the tool policy reads them.
    package var tools: JSONValue?
    package var toolsBySender: JSONValue?

    package init() {}

    /// This entry over `base`, field by field.
    func over(_ base: GroupSettings) -> GroupSettings {
        var merged = self
        merged.enabled = enabled ?? base.enabled
        merged.requireMention = requireMention ?? base.requireMention
        merged.allowFrom = allowFrom ?? base.allowFrom
        merged.systemPrompt = systemPrompt ?? base.systemPrompt
        merged.skills = skills ?? base.skills
        merged.tools = tools ?? base.tools
        merged.toolsBySender = toolsBySender ?? base.toolsBySender
        return merged
    }
}

/// What every channel's section (of one account, already merged) can say about access and text.
package struct ChannelSettings: Sendable, Hashable {
    package var name: String?
    package var enabled = true
    package var dmPolicy = DMPolicy.pairing
    package var allowFrom: [String] = []
    package var groupPolicy = GroupPolicy.allowlist
    /// Nil falls back to `allowFrom`.
    package var groupAllowFrom: [String]?
    /// By lower-case group id; `*` holds for all.
    package var groups: [String: GroupSettings] = [:]
    /// What holds where no group says otherwise.
    package var requireMention = true
    package var dangerouslyAllowNameMatching = false
    /// Nil leaves them to the agent and to `messages.groupChat`.
    package var mentionPatterns: [String]?
    /// How many skipped group messages the next turn sees; nil leaves it to `messages.groupChat`, 0 turns it off.
    package var historyLimit: Int?
    package var dmHistoryLimit: Int?
    package var textChunkLimit = 4000
    package var splitsParagraphs = false
    package var tables = TableRendering.code
    package var blockStreaming: Bool?
    package var responsePrefix: String?

    package init() {}

    /// What holds for a group: its own entry over that of `*`; nil when neither is there.
    package func group(_ id: String) -> GroupSettings? {
        let base = groups["*"]
        guard let own = groups[id.lowercased()] else { return base }
        return base.map(own.over) ?? own
    }

    /// Reads a section. A policy with a wrong value reads as `disabled`, and `open` without the wildcard it demands as
    /// `allowlist`, so that a slip never opens a door.
    /// - Parameters:
    ///   - section: The account's settings; nil when the whole section is missing, and then groups need an allowlist
    ///     whatever `defaultGroupPolicy` says.
    package static func decode(
        _ section: JSONObject?, path: String, defaultGroupPolicy: GroupPolicy? = nil
    ) -> (settings: ChannelSettings, issues: [SettingIssue]) {
        var settings = ChannelSettings()
        guard let section else { return (settings, []) }
        var reader = SettingsReader(section, path: path)
        settings.name = reader.string("name")
        settings.enabled = reader.bool("enabled") ?? !isPresent(reader, "enabled")
        settings.readAccess(&reader, defaultGroupPolicy: defaultGroupPolicy)
        settings.readText(&reader)
        return (settings, reader.issues)
    }

    private mutating func readAccess(_ reader: inout SettingsReader, defaultGroupPolicy: GroupPolicy?) {
        let statesDM = Self.isPresent(reader, "dmPolicy")
        dmPolicy = reader.choice("dmPolicy", DMPolicy.self) ?? (statesDM ? .disabled : .pairing)
        let statesGroup = Self.isPresent(reader, "groupPolicy")
        groupPolicy =
            reader.choice("groupPolicy", GroupPolicy.self)
            ?? (statesGroup ? .disabled : defaultGroupPolicy ?? .allowlist)
        allowFrom = reader.strings("allowFrom") ?? []
        groupAllowFrom = reader.strings("groupAllowFrom")
        requireMention = reader.bool("requireMention") ?? true
        dangerouslyAllowNameMatching = reader.bool("dangerouslyAllowNameMatching") ?? false
        if dmPolicy == .open, !allowFrom.contains("*") {
            reader.report("allowFrom", "must contain \"*\" when dmPolicy is open", allowed: ["*"])
            dmPolicy = .allowlist
        }
        guard let entries = reader.object("groups") else { return }
        for (id, entry) in entries { groups[id.lowercased()] = Self.readGroup(id, entry, &reader) }
    }

    private static func readGroup(_ id: String, _ entry: JSONValue, _ reader: inout SettingsReader) -> GroupSettings {
        var group = GroupSettings()
        guard let object = entry.objectValue else {
            reader.report("groups.\(id)", "must be an object, not \(entry.kindName)")
            group.enabled = false
            return group
        }
        var inner = SettingsReader(object, path: "\(reader.path).groups.\(id)")
        group.enabled = inner.bool("enabled")
        group.requireMention = inner.bool("requireMention")
        group.allowFrom = inner.strings("allowFrom")
        group.systemPrompt = inner.string("systemPrompt")
        group.skills = inner.strings("skills")
        group.tools = inner.object("tools").map { .object($0) }
        group.toolsBySender = inner.object("toolsBySender").map { .object($0) }
        reader.adopt(inner.issues)
        return group
    }

    private mutating func readText(_ reader: inout SettingsReader) {
        mentionPatterns = reader.strings("mentionPatterns")
        historyLimit = reader.int("historyLimit", in: 0...1000)
        dmHistoryLimit = reader.int("dmHistoryLimit", in: 0...1000)
        textChunkLimit = reader.int("textChunkLimit", in: 1...100_000) ?? textChunkLimit
        splitsParagraphs = reader.choice("chunkMode", ChunkMode.self) == .newline
        blockStreaming = reader.bool("blockStreaming")
        responsePrefix = reader.string("responsePrefix")
        guard let markdown = reader.object("markdown") else { return }
        var inner = SettingsReader(markdown, path: "\(reader.path).markdown")
        tables = inner.choice("tables", TableRendering.self) ?? tables
        reader.adopt(inner.issues)
    }

    private enum ChunkMode: String, CaseIterable {
        case length
        case newline
    }

    /// Whether the key is there at all; used where a wrong value must not read as the default.
    private static func isPresent(_ reader: SettingsReader, _ key: String) -> Bool {
        reader.section[key].map { !$0.isNull } ?? false
    }
}
