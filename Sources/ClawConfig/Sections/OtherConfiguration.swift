package import ClawCore
import ClawSupport

/// `tools`, of all agents or of one: which tools may be used. Nil is what the file does not say.
package struct ToolsConfiguration: Sendable, Hashable {
    package enum Profile: String, Sendable, Hashable {
        case minimal
        case coding
        case messaging
        case full
    }

    package var profile: Profile?
    package var allow: [String]?
    package var alsoAllow: [String]?
    package var deny: [String]?
    package var workspaceOnly: Bool?

    package init() {}

    init(_ reader: ConfigReader) {
        profile = reader.choice("profile")
        allow = reader.optionalStrings("allow")
        alsoAllow = reader.optionalStrings("alsoAllow")
        deny = reader.optionalStrings("deny")
        workspaceOnly = reader.section("fs").optionalBool("workspaceOnly")
    }
}

/// One entry of `bindings`: what matches goes to the agent.
package struct BindingConfiguration: Sendable, Hashable {
    package enum PeerKind: String, Sendable, Hashable {
        case direct
        case group
        case channel
    }

    package var agent: AgentID
    package var comment: String?
    package var channel: ChannelID
    /// Nil is the default account only; `*` is every account.
    package var account: String?
    package var peerKind: PeerKind?
    package var peerID: String?
    package var guildID: String?
    package var teamID: String?
    package var roles: [String]

    init?(_ reader: ConfigReader) {
        let match = reader.section("match")
        guard let agent = reader.string("agentId").flatMap(AgentID.init(normalizing:)),
            let channel = match.string("channel")
        else { return nil }
        self.agent = agent
        comment = reader.string("comment")
        self.channel = ChannelID(channel)
        account = match.string("accountId")
        let peer = match.section("peer")
        peerKind = peer.string("kind") == "dm" ? .direct : peer.choice("kind")
        peerID = peer.string("id")
        guildID = match.string("guildId")
        teamID = match.string("teamId")
        roles = match.strings("roles")
    }
}

/// `commands`: who may give commands in a chat.
package struct CommandsConfiguration: Sendable, Hashable {
    /// By lower-case channel id or `*`; a channel that is missing takes whoever may chat.
    package var allowFrom: [String: [String]]
    package var ownerAllowFrom: [String]
    package var useAccessGroups: Bool

    init(_ reader: ConfigReader) {
        allowFrom = [:]
        for (name, senders) in reader.map("allowFrom", ConfigReader.texts) { allowFrom[name.lowercased()] = senders }
        ownerAllowFrom = reader.strings("ownerAllowFrom")
        useAccessGroups = reader.bool("useAccessGroups")
    }
}

/// `logging`: what is written down, and where.
package struct LoggingConfiguration: Sendable, Hashable {
    package enum Level: String, Sendable, Hashable {
        case silent
        case fatal
        case error
        case warn
        case info
        case debug
        case trace
    }

    package enum ConsoleStyle: String, Sendable, Hashable {
        case pretty
        case compact
        case json
    }

    package var level: Level
    /// Nil for one file a day.
    package var file: String?
    package var maxFileBytes: Int
    package var consoleLevel: Level
    package var consoleStyle: ConsoleStyle

    init(_ reader: ConfigReader) {
        level = reader.choice("level") ?? .info
        file = reader.string("file")
        maxFileBytes = reader.int("maxFileBytes")
        consoleLevel = reader.choice("consoleLevel") ?? .info
        consoleStyle = reader.choice("consoleStyle") ?? .pretty
    }
}

/// `journal`: an addition of this program.
package struct JournalConfiguration: Sendable, Hashable {
    /// Days after which the content of finished work is erased.
    package var payloadRetentionDays: Int

    init(_ reader: ConfigReader) { payloadRetentionDays = reader.int("payloadRetentionDays") }
}
