import ClawSupport

/// `session`: which messages share a session, and when it starts anew.
package struct SessionConfiguration: Sendable, Hashable {
    package enum Scope: String, Sendable, Hashable {
        case perSender = "per-sender"
        case global
    }

    package enum DirectScope: String, Sendable, Hashable {
        case main
        case perPeer = "per-peer"
        case perChannelPeer = "per-channel-peer"
        case perAccountChannelPeer = "per-account-channel-peer"
    }

    /// When a session starts anew.
    package struct Reset: Sendable, Hashable {
        package enum Mode: String, Sendable, Hashable {
            case daily
            case idle
        }

        package var mode: Mode
        /// Local hour of mode `daily`, 0 to 23.
        package var atHour: Int
        /// Nil when a pause has no effect.
        package var idleMinutes: Int?

        package init(mode: Mode = .daily, atHour: Int = 4, idleMinutes: Int? = nil) {
            self.mode = mode
            self.atHour = atHour
            self.idleMinutes = idleMinutes ?? (mode == .idle ? 60 : nil)
        }
    }

    package enum ChatType: String, Sendable, Hashable {
        case direct
        case group
        case thread
    }

    /// Which sessions go after some time.
    package struct Maintenance: Sendable, Hashable {
        package enum Mode: String, Sendable, Hashable {
            case warn
            case enforce
        }

        package var mode: Mode
        /// As it is written; a bare number counts days.
        package var pruneAfter: String
        /// Of each agent.
        package var maxEntries: Int
        /// How long archived transcripts are kept, as it is written. `false` keeps them for good; nil as long as `pruneAfter`.
        package var archiveRetention: String?
        /// What the sessions of an agent may take on the disk, as it is written; nil for any amount.
        package var maxDiskBytes: String?
        /// Down to what they are cut then; nil for four fifths of it.
        package var highWaterBytes: String?
    }

    package var scope: Scope
    package var directScope: DirectScope
    /// A person's name and the addresses `channel:peer` that are theirs, in the order of the file.
    package var identityLinks: [IdentityLink]
    package var resetTriggers: [String]
    package var reset: Reset
    package var resetByType: [ChatType: Reset]
    /// By lower-case channel id.
    package var resetByChannel: [String: Reset]
    /// Where the session index is; `{agentId}` stands for the agent. Nil for the usual place.
    package var store: String?
    package var maintenance: Maintenance

    package struct IdentityLink: Sendable, Hashable {
        package var name: String
        package var peers: [String]
    }

    init(_ reader: ConfigReader) {
        scope = reader.choice("scope") ?? .perSender
        directScope = reader.choice("dmScope") ?? .main
        identityLinks = (reader.object["identityLinks"]?.objectValue ?? [:]).map {
            IdentityLink(name: $0, peers: ConfigReader.texts($1) ?? [])
        }
        resetTriggers = reader.strings("resetTriggers")
        store = reader.string("store")
        maintenance = Maintenance(reader.section("maintenance"))
        let idleMinutes = reader.optionalInt("idleMinutes")
        let section = reader.section("reset")
        let isLegacy = idleMinutes != nil && section.optionalInt("idleMinutes") == nil
        let base = Reset(
            mode: isLegacy ? .idle : section.choice("mode") ?? .daily, atHour: section.int("atHour"),
            idleMinutes: section.optionalInt("idleMinutes") ?? idleMinutes)
        reset = base
        func special(_ reader: ConfigReader) -> Reset? {
            if reader.object.isEmpty { return nil }
            let mode = reader.choice("mode") ?? base.mode
            return Reset(
                mode: mode, atHour: reader.optionalInt("atHour") ?? base.atHour,
                idleMinutes: reader.optionalInt("idleMinutes") ?? (mode == base.mode ? base.idleMinutes : nil))
        }
        let types = reader.section("resetByType")
        resetByType = [:]
        resetByType[.direct] = special(types.section("direct")) ?? special(types.section("dm"))
        resetByType[.group] = special(types.section("group"))
        resetByType[.thread] = special(types.section("thread"))
        resetByChannel = [:]
        for (name, entry) in reader.entries("resetByChannel") { resetByChannel[name.lowercased()] = special(entry) }
    }

    /// When sessions of such a chat start anew: the rule of the channel, else that of the type, else the general one.
    package func reset(channel: String?, type: ChatType) -> Reset {
        channel.flatMap { resetByChannel[$0.lowercased()] } ?? resetByType[type] ?? reset
    }
}

extension SessionConfiguration.Maintenance {
    init(_ reader: ConfigReader) {
        mode = reader.choice("mode") ?? .warn
        // The earlier spelling counts where it stands; the newer one has a default.
        pruneAfter =
            reader.optionalInt("pruneDays").map { "\($0)d" } ?? reader.string("pruneAfter")
            ?? "\(reader.int("pruneAfter"))"
        maxEntries = reader.int("maxEntries")
        func text(_ key: String) -> String? {
            switch reader.object[key] {
            case .string(let text)?: text
            case .bool(let flag)?: "\(flag)"
            case .number(let number)?: number.lexeme
            default: nil
            }
        }
        archiveRetention = text("resetArchiveRetention")
        maxDiskBytes = text("maxDiskBytes")
        highWaterBytes = text("highWaterBytes")
    }
}
