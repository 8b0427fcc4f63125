package import ClawChannelKit
package import ClawCore
package import ClawSupport
package import Logging
import Synchronization

/// One account on an IRC network.
package final class IRCChannel: Channel {
    package static let channelID = ChannelID("irc")

    /// How allowlists of this channel are written: `account:<services account>` is strong, `nick!user@host` is weak, and a
    /// bare nick counts only with `dangerouslyAllowNameMatching`.
    package static let principals = PrincipalSyntax(bareKind: .name, ignoredPrefixes: ["irc"])

    package let id = IRCChannel.channelID
    package let account: AccountID
    /// Access and text settings, for the access policy.
    package let access: ChannelSettings
    let settings: IRCSettings
    let time: any TimeSource
    let entropy: any Entropy
    let logger: Logger
    let trace: MessageTrace
    let transport: IRCTransport
    let state: Mutex<IRCChannelState>

    /// - Parameters:
    ///   - section: All of `channels.irc`, accounts included.
    ///   - environment: `IRC_HOST` and its like serve the account `default` only.
    /// - Throws: `ClawError` with code `config_invalid`, naming the path.
    package static func make(
        section: JSONObject, account: AccountID, environment: [String: String], time: any TimeSource,
        entropy: any Entropy, logger: Logger, trace: MessageTrace = .none
    ) throws -> IRCChannel {
        let merged = ChannelAccounts.merged(section, account: account)
        let path = account == .default ? "channels.irc" : "channels.irc.accounts.\(account)"
        let (access, issues) = ChannelSettings.decode(merged, path: path)
        for issue in issues {
            logger.warning("IRC setting ignored", metadata: ["setting": "\(issue)", "account": "\(account)"])
        }
        let settings = try IRCSettings.decode(merged, account: account, environment: environment)
        return IRCChannel(
            account: account, access: access, settings: settings, transport: try IRCTransport(settings), time: time,
            entropy: entropy, logger: logger, trace: trace)
    }

    /// The accounts that the section configures; only `default` when it has no `accounts`.
    package static func accounts(in section: JSONObject) -> [AccountID] { ChannelAccounts.ids(in: section) }

    /// What an account logs in with: keys of its section, and variables that stand in for them.
    package static let credentialKeys = [
        "password", "passwordFile", "nickserv.password", "nickserv.passwordFile", "sasl.password", "sasl.passwordFile",
        "tlsCertFile", "tlsKeyFile",
    ]
    package static let credentialVariables = ["IRC_PASSWORD", "IRC_NICKSERV_PASSWORD"]

    /// Whether the account has a server to connect to and is not switched off.
    package static func isConfigured(
        section: JSONObject, account: AccountID, environment: [String: String]
    ) -> Bool {
        let merged = ChannelAccounts.merged(section, account: account)
        if merged["enabled"]?.boolValue == false { return false }
        return IRCSettings.isConfigured(merged, account: account, environment: environment)
    }

    init(
        account: AccountID, access: ChannelSettings, settings: IRCSettings, transport: IRCTransport,
        time: any TimeSource, entropy: any Entropy, logger: Logger, trace: MessageTrace = .none
    ) {
        self.trace = trace
        self.account = account
        self.access = access
        self.settings = settings
        self.transport = transport
        self.time = time
        self.entropy = entropy
        self.logger = logger
        var status = ChannelStatus()
        status.enabled = access.enabled
        status.dmPolicy = access.dmPolicy.rawValue
        state = Mutex(IRCChannelState(settings: settings, status: status))
    }

    package var capabilities: ChannelCapabilities {
        var capabilities = ChannelCapabilities()
        capabilities.textLimit = access.textChunkLimit
        return capabilities
    }

    package var status: ChannelStatus { state.withLock { $0.status } }

    /// The nick that the bot has now, and the services account it is logged in to.
    package var identity: (nick: String, account: String?) {
        state.withLock { ($0.machine.nick, $0.machine.account) }
    }

    /// What the id of a sender is called when a pairing code is offered.
    package static func pairingLabel(_ sender: Sender) -> String {
        sender.assurance == .authenticated ? "IRC services account" : "IRC mask"
    }

    /// Where a delivery goes: `#room`, `nick`, `channel:#room`, `user:nick`, each with or without `irc:`.
    package static func target(_ text: String) -> Peer? {
        DeliveryTarget.parse(text, channel: channelID, roomKind: .group) { "#&+!".contains($0.prefix(1)) }
    }
}
