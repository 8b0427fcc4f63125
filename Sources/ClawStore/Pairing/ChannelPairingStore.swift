package import ClawCore
package import ClawSupport
import Logging
import Synchronization

/// Who may write to a channel's direct chats, and who waits to: the files of `credentials/`.
package final class ChannelPairingStore: Sendable {
    private struct Allowed: Sendable {
        var stamp: FileStamp?
        var ids: Set<String>
    }

    private let directory: StateDirectory
    private let files: PairingFiles
    /// The approved senders of each file, good as long as the file is in the state in which it was read.
    private let allowed = Mutex(BoundedCache<String, Allowed>(limit: 64))

    package init(
        directory: StateDirectory, time: any TimeSource, entropy: any Entropy, report: StoreReporter? = nil
    ) {
        self.directory = directory
        files = PairingFiles(
            time: time, entropy: entropy, report: report ?? StoreIssue.logging(to: Logger(label: "openclaw.store")))
    }

    /// Asks for a code for a sender who is not allowed. `meta` is for display, such as `name` and `username`.
    package func request(
        channel: ChannelID, account: AccountID, sender: String, meta: JSONObject = [:]
    ) async throws -> PairingAnswer {
        try await files.request(
            requestsPath(channel), sender: Self.normalized(sender), account: account, meta: meta)
    }

    /// Who waits, oldest first; of one account or of all.
    package func pending(channel: ChannelID, account: AccountID? = nil) async throws -> [PairingRequest] {
        try await files.pending(requestsPath(channel)).filter { account == nil || $0.account == account }
    }

    /// Lets the sender of a code in (either case) and removes the request. Nil when no request has this code.
    package func approve(channel: ChannelID, code: String, account: AccountID? = nil) async throws -> PairingRequest? {
        let request = try await files.take(requestsPath(channel), code: code, account: account)
        guard let request else { return nil }
        try await allow(channel: channel, account: request.account, id: request.id)
        try await files.remove(requestsPath(channel), request: request)
        return request
    }

    /// Whether this sender was approved. `*` is never approved here.
    package func isAllowed(channel: ChannelID, account: AccountID, sender: String) async throws -> Bool {
        let sender = Self.normalized(sender)
        for path in allowPaths(channel, account) where try await ids(of: path).contains(sender) { return true }
        return false
    }

    /// All approved senders of an account, sorted.
    package func allowedSenders(channel: ChannelID, account: AccountID) async throws -> [String] {
        var all: Set<String> = []
        for path in allowPaths(channel, account) { all.formUnion(try await ids(of: path)) }
        return all.sorted()
    }

    /// Approves a sender without a code. False when the sender was approved before.
    @discardableResult
    package func allow(channel: ChannelID, account: AccountID, id: String) async throws -> Bool {
        let id = Self.normalized(id)
        if id.isEmpty || id == "*" { return false }
        return try await files.change(allowPath(channel, account)) { ids in
            if ids.contains(id) { return false }
            ids.append(id)
            return true
        }
    }

    /// Takes an approval back. False when there was none.
    @discardableResult
    package func disallow(channel: ChannelID, account: AccountID, id: String) async throws -> Bool {
        let id = Self.normalized(id)
        var removed = false
        for path in allowPaths(channel, account) {
            let changed = try await files.change(path) { ids in
                let count = ids.count
                ids.removeAll { $0 == id }
                return ids.count != count
            }
            removed = removed || changed
        }
        return removed
    }

    private func ids(of path: String) async throws -> Set<String> {
        let stamp = FileStamp.of(path)
        if let known = allowed.withLock({ $0[path] }), known.stamp == stamp { return known.ids }
        let read = Set(try await files.allowed(path))
        allowed.withLock { $0[path] = Allowed(stamp: stamp, ids: read) }
        return read
    }

    private static func normalized(_ id: String) -> String {
        String(String(id.drop(while: \.isWhitespace).reversed()).drop(while: \.isWhitespace).reversed())
    }

    private func requestsPath(_ channel: ChannelID) -> String {
        "\(directory.credentialsDirectory)/\(Self.fileName(channel.rawValue))-pairing.json"
    }

    private func allowPath(_ channel: ChannelID, _ account: AccountID) -> String {
        let name = "\(Self.fileName(channel.rawValue))-\(Self.fileName(account.rawValue))"
        return "\(directory.credentialsDirectory)/\(name)-allowFrom.json"
    }

    /// The default account also reads the file of the time before accounts.
    private func allowPaths(_ channel: ChannelID, _ account: AccountID) -> [String] {
        let scoped = allowPath(channel, account)
        guard account == .default else { return [scoped] }
        return [scoped, "\(directory.credentialsDirectory)/\(Self.fileName(channel.rawValue))-allowFrom.json"]
    }

    /// Lower case, with `\ / : * ? " < > |` and `..` as `_`.
    static func fileName(_ text: String) -> String {
        let safe = String(text.lowercased().map { "\\/:*?\"<>|".contains($0) || $0 == "\0" ? "_" : $0 })
        var output = ""
        var rest = safe[...]
        while let first = rest.first {
            if rest.hasPrefix("..") {
                output.append("_")
                rest = rest.dropFirst(2)
            } else {
                output.append(first)
                rest = rest.dropFirst()
            }
        }
        return output
    }
}
