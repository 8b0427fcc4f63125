import ClawAgent
import ClawChannelKit
import ClawConfig
import ClawCore
import ClawGateway
import ClawSupport
import ClawTools
import IRCChannel
import Logging

/// The one place that names every tool and every channel of this program. (Model providers are listed by their own registry,
/// which knows the vendors.)
enum Catalogue {
    static func tools(_ sessions: SessionToolPorts) -> [any Tool] {
        [
            ReadTool(),
            WriteTool(),
            EditTool(),
            SessionStatusTool(ports: sessions),
            SessionsListTool(ports: sessions),
        ]
    }

    /// How a channel's people are named and which accounts its section configures.
    private struct ChannelKind: Sendable {
        var id: ChannelID
        var label: ChannelRegistry.Label
        var idLabel: String
        var syntax: PrincipalSyntax
        var target: ChannelRegistry.TargetReader
        /// Nil when there is nothing to log out of.
        var credentials: ChannelCredentials?
        /// The accounts that the section and the environment speak of, also those that are switched off.
        var allAccounts: @Sendable (JSONObject?, [String: String]) -> [AccountID]
        /// The accounts that the section and the environment turn on.
        var accounts: @Sendable (JSONObject, [String: String]) -> [AccountID]
        var make: @Sendable (JSONObject, AccountID, ChannelParts) throws -> any Channel
    }

    private static let channelKinds: [ChannelKind] = [
        ChannelKind(
            id: ChannelID("irc"), label: ChannelRegistry.Label(label: "IRC", detailLabel: "IRC server"),
            idLabel: "IRC identity", syntax: IRCChannel.principals, target: { IRCChannel.target($0) },
            credentials: ChannelCredentials(
                keys: IRCChannel.credentialKeys, variables: IRCChannel.credentialVariables),
            allAccounts: { section, environment in
                if section == nil, environment["IRC_HOST"]?.isEmpty ?? true { return [] }
                return IRCChannel.accounts(in: section ?? [:])
            },
            accounts: { section, environment in
                IRCChannel.accounts(in: section).filter {
                    IRCChannel.isConfigured(section: section, account: $0, environment: environment)
                }
            },
            make: { section, account, parts in
                try IRCChannel.make(
                    section: section, account: account, environment: parts.environment, time: parts.time,
                    entropy: parts.entropy, logger: Logger(label: "openclaw.channel.irc"), trace: parts.trace)
            })
    ]

    static let channelIDs = Set(channelKinds.map(\.id.rawValue))

    /// What making a channel needs.
    struct ChannelParts: Sendable {
        var environment: [String: String]
        var time: any TimeSource
        var entropy: any Entropy
        var trace: MessageTrace
    }

    /// The channel accounts that the configuration turns on. One that cannot be made is kept with the reason.
    static func channels(_ configuration: Configuration, _ parts: ChannelParts) -> ChannelRegistry {
        var made: [any Channel] = []
        var failures: [(key: ChannelRegistry.Key, reason: String)] = []
        for kind in channelKinds {
            let section = configuration.channels[kind.id.rawValue]?.objectValue ?? [:]
            for account in kind.accounts(section, parts.environment) {
                do {
                    made.append(try kind.make(section, account, parts))
                } catch {
                    failures.append((ChannelRegistry.Key(channel: kind.id, account: account), "\(error)"))
                }
            }
        }
        let labels = Dictionary(channelKinds.map { ($0.id, $0.label) }) { first, _ in first }
        let targets = Dictionary(channelKinds.map { ($0.id, $0.target) }) { first, _ in first }
        return ChannelRegistry(channels: made, failures: failures, labels: labels, targets: targets)
    }

    /// Every channel that this program knows.
    static var channels: [ChannelID] { channelKinds.map(\.id) }

    /// What a channel logs in with; nil for one that has nothing to log out of.
    static func credentials(of channel: ChannelID) -> ChannelCredentials? {
        channelKinds.first { $0.id == channel }?.credentials
    }

    /// The places of the configuration that take references to secrets.
    static var secretTargets: SecretTargets {
        SecretTargets(
            channels: Dictionary(
                uniqueKeysWithValues: channelKinds.map { kind in
                    // Where a file is named, the secret is in that file.
                    (kind.id.rawValue, (kind.credentials?.keys ?? []).filter { !$0.hasSuffix("File") })
                }))
    }

    /// Every account of a channel that the configuration speaks of.
    static func accounts(of channel: ChannelID, in snapshot: ConfigSnapshot) -> [AccountID] {
        guard let kind = channelKinds.first(where: { $0.id == channel }) else { return [] }
        return kind.allAccounts(
            snapshot.configuration.channels[channel.rawValue]?.objectValue, snapshot.environment)
    }

    /// The access rules of every configured channel account.
    static func access(
        _ configuration: Configuration, environment: [String: String]
    ) -> [ChannelRegistry.Key: ChannelAccess] {
        var access: [ChannelRegistry.Key: ChannelAccess] = [:]
        for kind in channelKinds {
            let section = configuration.channels[kind.id.rawValue]?.objectValue
            for account in kind.accounts(section ?? [:], environment) {
                access[ChannelRegistry.Key(channel: kind.id, account: account)] = ChannelAccess(
                    section: section, channel: kind.id, account: account, syntax: kind.syntax, idLabel: kind.idLabel,
                    sharedPatterns: configuration.messages.mentionPatterns,
                    defaultGroupPolicy: configuration.channels["defaults"]?["groupPolicy"]?.stringValue
                        .flatMap(GroupPolicy.init(rawValue:)))
            }
        }
        return access
    }
}
