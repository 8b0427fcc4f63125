package import ClawConfig
import ClawCore
import ClawGateway
package import ClawSupport

/// The channel accounts that a configuration speaks of, for commands that run without a Gateway. Nothing connects.
package enum ChannelOverview {
    /// As far as the configuration tells, in the form of `channels.status`.
    package static func status(_ snapshot: ConfigSnapshot, time: any TimeSource) -> JSONValue {
        let parts = Catalogue.ChannelParts(
            environment: snapshot.environment, time: time, entropy: SystemEntropy(), trace: .none)
        let registry = Catalogue.channels(snapshot.configuration, parts)
        var labels = JSONObject()
        var accounts = JSONObject()
        var order: [JSONValue] = []
        for channel in Catalogue.channels {
            let all = Catalogue.accounts(of: channel, in: snapshot)
            if all.isEmpty { continue }
            let states = registry.accounts(of: channel)
            order.append(.string(channel.rawValue))
            labels[channel.rawValue] = .string(registry.label(of: channel).label)
            accounts[channel.rawValue] = .array(
                all.map { account in row(account, states.first { $0.account == account }?.status) })
        }
        return [
            "ts": .int64(time.nowMilliseconds), "channelOrder": .array(order), "channelLabels": .object(labels),
            "channelAccounts": .object(accounts),
        ]
    }

    /// An account that is not turned on has no status.
    private static func row(_ account: AccountID, _ status: ChannelStatus?) -> JSONValue {
        var row: JSONObject = [
            "accountId": .string(account.rawValue), "enabled": .bool(status != nil),
            "configured": .bool(status?.configured ?? true),
        ]
        row.set("dmPolicy", status?.dmPolicy)
        row.set("lastError", status?.lastError)
        return .object(row)
    }
}
