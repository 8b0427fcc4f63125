package import ClawConfig
package import ClawCore
package import ClawProtocol
package import ClawSupport

/// `channels.logout`: ends an account of a channel and takes out of the configuration what it logs in with
/// (gateway-methods §8).
package struct ChannelsLogout: GatewayMethod {
    package static let name = "channels.logout"
    package static let access = MethodAccess.admin

    /// What the method stands on.
    package struct Ports: Sendable {
        package var channels: ChannelRegistry
        package var control: ConfigControl
        /// What a channel logs in with; nil for one that has nothing to log out of.
        package var credentials: @Sendable (ChannelID) -> ChannelCredentials?
        /// The accounts that a section and the environment stand for.
        package var accounts: @Sendable (ChannelID, ConfigSnapshot) -> [AccountID]
        /// Ends the account if it runs, whatever the configuration says.
        package var end: @Sendable (ChannelRegistry.Key) -> Void

        package init(
            channels: ChannelRegistry, control: ConfigControl,
            credentials: @escaping @Sendable (ChannelID) -> ChannelCredentials?,
            accounts: @escaping @Sendable (ChannelID, ConfigSnapshot) -> [AccountID],
            end: @escaping @Sendable (ChannelRegistry.Key) -> Void
        ) {
            self.channels = channels
            self.control = control
            self.credentials = credentials
            self.accounts = accounts
            self.end = end
        }
    }

    private let ports: Ports

    package init(ports: Ports) { self.ports = ports }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let text = reader.requiredString("channel", maxLength: 64).trimmingWhitespace
        let accountText = reader.string("accountId", maxLength: 64)?.trimmingWhitespace
        try reader.finish(Self.name)
        let channel = ChannelID(text)
        guard let credentials = ports.credentials(channel) else {
            guard ports.channels.order.contains(channel) else {
                throw ClawError(.invalidRequest, "invalid channels.logout channel")
            }
            throw ClawError(.invalidRequest, "channel \(channel) does not support logout")
        }
        let account = accountText.flatMap { $0.isEmpty ? nil : AccountID($0) }
        let logout = try await clear(channel, account, credentials)
        let key = ChannelRegistry.Key(channel: channel, account: logout.account)
        // Where changes are not put into effect while the Gateway runs, the account would stay online.
        if ports.channels.channel(channel, logout.account) != nil { ports.end(key) }
        return [
            "channel": .string(channel.rawValue), "accountId": .string(logout.account.rawValue),
            "cleared": .bool(!logout.cleared.isEmpty), "loggedOut": .bool(logout.left.isEmpty),
            "clearedPaths": .strings(logout.cleared), "left": .strings(logout.left),
        ]
    }

    private func clear(
        _ channel: ChannelID, _ account: AccountID?, _ credentials: ChannelCredentials
    ) async throws -> ChannelLogout {
        let ports = ports
        let made = Live<ChannelLogout?>(nil)
        do {
            _ = try await ports.control.edit { snapshot in
                let accounts = ports.accounts(channel, snapshot)
                guard let first = accounts.first else {
                    throw ClawError(.invalidRequest, "channel \(channel) is not configured")
                }
                let target = account ?? (accounts.contains(.default) ? .default : first)
                guard accounts.contains(target) else {
                    throw ClawError(
                        .invalidRequest, "unknown account \"\(target)\" of the channel \(channel)",
                        hint: "There are: \(accounts.map(\.rawValue).joined(separator: ", ")).")
                }
                let logout = ChannelLogout(
                    channel, target, section: snapshot.configuration.channels[channel.rawValue]?.objectValue ?? [:],
                    accounts: accounts, credentials: credentials, environment: snapshot.environment)
                made.replace(with: logout)
                return logout.changes
            }
        } catch let error as WireError where error.message.hasPrefix("invalid config") {
            throw WireError(error.code, "config invalid; fix it before logging out", details: error.details)
        }
        guard let logout = made.value else { throw ClawError(.internalFault, "the logout was not planned") }
        return logout
    }
}
