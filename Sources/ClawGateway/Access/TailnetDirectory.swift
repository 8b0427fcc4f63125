package import ClawSupport
import Synchronization

/// Whose address is whose in the tailnet, as Tailscale says it; asked at most once a minute for each address.
package final class TailnetDirectory: Sendable {
    /// How long an answer holds, and how long none.
    package static let answerLifetime = Duration.seconds(60)
    package static let failureLifetime = Duration.seconds(5)
    /// Addresses whose answers are kept.
    private static let maxEntries = 512
    /// Questions at the same time; each is a process.
    private static let maxQuestions = 4

    private struct Entry {
        var account: String?
        /// Monotonic nanoseconds.
        var end: UInt64
    }

    private struct State {
        var entries: [IPAddress: Entry] = [:]
        var questions = 0
    }

    private let state = Mutex(State())
    private let time: any TimeSource
    private let ask: @Sendable (IPAddress) async -> String?

    /// - Parameter ask: asks Tailscale for the account whose device has this address; nil when it knows none or does not answer.
    package init(time: any TimeSource, ask: @escaping @Sendable (IPAddress) async -> String?) {
        self.time = time
        self.ask = ask
    }

    /// The account whose device has this address; nil when Tailscale does not say so. Only addresses of a tailnet are asked for.
    package func account(of address: IPAddress) async -> String? {
        guard TailnetAddress.contains(address) else { return nil }
        let now = time.monotonicNanoseconds
        let (known, mayAsk) = state.withLock { state -> (Entry?, Bool) in
            if let entry = state.entries[address], entry.end > now { return (entry, false) }
            guard state.questions < Self.maxQuestions else { return (nil, false) }
            state.questions += 1
            return (nil, true)
        }
        guard mayAsk else { return known?.account }
        let account = await ask(address)
        let lifetime = account == nil ? Self.failureLifetime : Self.answerLifetime
        let end = time.monotonicNanoseconds + UInt64(lifetime.components.seconds) * 1_000_000_000
        state.withLock { state in
            state.questions -= 1
            if state.entries.count >= Self.maxEntries {
                state.entries = state.entries.filter { $0.value.end > now }
                if state.entries.count >= Self.maxEntries { state.entries = [:] }
            }
            state.entries[address] = Entry(account: account, end: end)
        }
        return account
    }

    /// The account behind a claim that Tailscale confirms; throws why it does not.
    package func confirm(_ claim: TailnetClaim) async throws(TailnetRefusal) -> String {
        guard let account = await account(of: claim.address) else { throw .whoisFailed }
        guard claim.isOf(account) else { throw .userMismatch }
        return account
    }
}
