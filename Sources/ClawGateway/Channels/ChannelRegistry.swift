package import ClawCore

/// The channel accounts of this Gateway and how they fare. The set is made at start; what changes is each one's status.
package final class ChannelRegistry: Sendable {
    /// One account of one channel.
    package struct Key: Sendable, Hashable {
        package var channel: ChannelID
        package var account: AccountID

        package init(channel: ChannelID, account: AccountID) {
            self.channel = channel
            self.account = account
        }
    }

    /// How a channel is shown to people.
    package struct Label: Sendable, Hashable {
        package var label: String
        package var detailLabel: String

        package init(label: String, detailLabel: String) {
            self.label = label
            self.detailLabel = detailLabel
        }
    }

    package let channels: [any Channel]
    /// Channel accounts that are configured and could not be made, with the sentence that says why.
    package let failures: [(key: Key, reason: String)]
    private let labels: [ChannelID: Label]
    private let byKey: [Key: any Channel]

    package init(
        channels: [any Channel] = [], failures: [(key: Key, reason: String)] = [], labels: [ChannelID: Label] = [:]
    ) {
        self.channels = channels
        self.failures = failures
        self.labels = labels
        byKey = Dictionary(channels.map { (Key(channel: $0.id, account: $0.account), $0) }) { first, _ in first }
    }

    package func channel(_ channel: ChannelID, _ account: AccountID) -> (any Channel)? {
        byKey[Key(channel: channel, account: account)]
    }

    package func label(of channel: ChannelID) -> Label {
        labels[channel] ?? Label(label: channel.rawValue.capitalized, detailLabel: channel.rawValue.capitalized)
    }

    /// Channel ids in the order they were configured.
    package var order: [ChannelID] {
        var seen: Set<ChannelID> = []
        return (channels.map(\.id) + failures.map(\.key.channel)).filter { seen.insert($0).inserted }
    }

    /// Every account of a channel with its status; accounts that could not be made come with their error.
    package func accounts(of channel: ChannelID) -> [(account: AccountID, status: ChannelStatus)] {
        let running = channels.filter { $0.id == channel }.map { ($0.account, $0.status) }
        let failed = failures.filter { $0.key.channel == channel }.map { failure in
            var status = ChannelStatus()
            status.configured = false
            status.lastError = failure.reason
            return (failure.key.account, status)
        }
        return running + failed
    }
}

extension String {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
