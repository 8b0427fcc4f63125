import ClawCore
import ClawSupport

/// The files of channel pairing, read and written one after another on the thread for files. Other members of a file are
/// kept.
actor PairingFiles {
    private let time: any TimeSource
    private let entropy: any Entropy
    private let report: StoreReporter

    init(time: any TimeSource, entropy: any Entropy, report: @escaping StoreReporter) {
        self.time = time
        self.entropy = entropy
        self.report = report
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { WorkerThread.files.asUnownedSerialExecutor() }

    func request(
        _ path: String, sender: String, account: AccountID, meta: JSONObject
    ) throws -> PairingAnswer {
        var (file, queue) = try load(path)
        let answer = queue.ask(sender, account: account, meta: meta, now: time.nowMilliseconds, entropy: entropy)
        if answer != .full { try save(queue, in: &file, to: path) }
        return answer
    }

    func pending(_ path: String) throws -> [PairingRequest] {
        try load(path).queue.requests.sorted { $0.createdAt < $1.createdAt }
    }

    /// The request with this code, which stays until it is removed.
    func take(_ path: String, code: String, account: AccountID?) throws -> PairingRequest? {
        var queue = try load(path).queue
        return queue.take(code: code, account: account)
    }

    func remove(_ path: String, request: PairingRequest) throws {
        var (file, queue) = try load(path)
        if queue.take(code: request.code, account: request.account) != nil { try save(queue, in: &file, to: path) }
    }

    func allowed(_ path: String) throws -> [String] { try allowed(in: object(path)) }

    /// Lets `body` change the list of approved senders and writes it when `body` says that it did.
    func change(_ path: String, _ body: @Sendable (inout [String]) -> Bool) throws -> Bool {
        var file = try object(path)
        var ids = allowed(in: file)
        guard body(&ids) else { return false }
        file["version"] = file["version"] ?? 1
        file["allowFrom"] = .strings(ids)
        try write(file, to: path)
        return true
    }

    private func allowed(in file: JSONObject) -> [String] {
        (file["allowFrom"]?.arrayValue ?? []).compactMap { value in
            let id = value.stringValue ?? value.intValue.map(String.init)
            return id == "*" ? nil : id
        }
    }

    private func load(_ path: String) throws -> (file: JSONObject, queue: PairingQueue) {
        let file = try object(path)
        let requests = (file["requests"]?.arrayValue ?? []).compactMap(PairingRequest.init)
        return (file, PairingQueue(requests, now: time.nowMilliseconds))
    }

    private func save(_ queue: PairingQueue, in file: inout JSONObject, to path: String) throws {
        file["version"] = file["version"] ?? 1
        file["requests"] = .array(queue.requests.map(\.json))
        try write(file, to: path)
    }

    private func object(_ path: String) throws -> JSONObject {
        try StoredMap.load(path, report: report, now: time.nowMilliseconds)
    }

    private func write(_ file: JSONObject, to path: String) throws {
        if let slash = path.lastIndex(of: "/") { try AtomicFile.makeDirectory(String(path[..<slash])) }
        try AtomicFile.write(Array((JSONValue.object(file).prettyText + "\n").utf8), to: path)
    }
}
