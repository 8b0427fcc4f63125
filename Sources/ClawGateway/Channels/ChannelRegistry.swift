package import ClawCore
import Synchronization

/// The channel accounts of this Gateway and how they fare. The set changes with the configuration.
package final class ChannelRegistry: Sendable {
    /// One account of one channel.
    package struct Key: Sendable, Hashable {
        package var channel: ChannelID
        package var account: AccountID

        package init(channel: ChannelID, account: AccountID) {
            self.channel = channel
            self.account = account
        }

        package init(_ channel: any Channel) { self.init(channel: channel.id, account: channel.account) }
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

    private struct State {
        var channels: [any Channel]
        var failures: [(key: Key, reason: String)]
        var byKey: [Key: any Channel]
        var generation = 0
    }

    /// Reads where a message is to go, as people write it.
    package typealias TargetReader = @Sendable (String) -> Peer?

    private let labels: [ChannelID: Label]
    private let targets: [ChannelID: TargetReader]
    private let state: Mutex<State>

    package init(
        channels: [any Channel] = [], failures: [(key: Key, reason: String)] = [], labels: [ChannelID: Label] = [:],
        targets: [ChannelID: TargetReader] = [:]
    ) {
        self.labels = labels
        self.targets = targets
        let byKey = Dictionary(channels.map { (Key($0), $0) }) { first, _ in first }
        state = Mutex(State(channels: channels, failures: failures, byKey: byKey))
    }

    package var channels: [any Channel] { state.withLock { $0.channels } }

    /// Counts how often accounts were replaced: what was found out about them in an earlier generation may no longer hold.
    package var generation: Int { state.withLock { $0.generation } }

    /// Channel accounts that are configured and could not be made, with the sentence that says why.
    package var failures: [(key: Key, reason: String)] { state.withLock { $0.failures } }

    /// Takes the accounts of these channels from `other`, and leaves all others as they are.
    package func replace(_ ids: Set<ChannelID>, from other: ChannelRegistry) {
        let (channels, failures) = (other.channels, other.failures)
        state.withLock { state in
            state.generation += 1
            state.channels = state.channels.filter { !ids.contains($0.id) } + channels.filter { ids.contains($0.id) }
            state.failures =
                state.failures.filter { !ids.contains($0.key.channel) }
                + failures.filter { ids.contains($0.key.channel) }
            state.byKey = Dictionary(state.channels.map { (Key($0), $0) }) { first, _ in first }
        }
    }

    /// Takes one account out. Whoever removes it also ends it.
    package func remove(_ key: Key) {
        state.withLock { state in
            state.generation += 1
            state.channels.removeAll { Key($0) == key }
            state.failures.removeAll { $0.key == key }
            state.byKey[key] = nil
        }
    }

    package func channel(_ channel: ChannelID, _ account: AccountID) -> (any Channel)? {
        state.withLock { $0.byKey[Key(channel: channel, account: account)] }
    }

    /// The chat that a text names on a channel; nil when it names none.
    package func target(_ text: String, on channel: ChannelID) -> Peer? {
        targets[channel].map { $0(text) } ?? Peer(kind: .direct, id: text)
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
