import ClawCore
import ClawSupport
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads and writes session indexes on the thread for files.
actor IndexFiles {
    static let shared = IndexFiles()

    nonisolated var unownedExecutor: UnownedSerialExecutor { WorkerThread.files.asUnownedSerialExecutor() }

    /// The agents that have a folder.
    func agents(of directory: StateDirectory) -> [AgentID] {
        // A missing folder has no agents; one that cannot be read shows when something is written there.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.agentsFolder)) ?? []
        return names.sorted().compactMap { name in
            AgentID(normalizing: name).flatMap { $0.rawValue == name ? $0 : nil }
        }
    }

    /// The entries of an index and the state of the file they were read from.
    func load(_ path: String, report: StoreReporter, now: Int64) throws -> (stamp: FileStamp?, entries: JSONObject) {
        let stamp = FileStamp.of(path)
        let entries = try StoredMap.load(path, report: report, now: now)
        return (FileStamp.of(path) == stamp ? stamp : nil, entries)
    }

    /// Keeps a copy of an index that holds something which cannot be merged.
    func keepCopy(_ path: String, now: Int64) throws {
        guard let bytes = try AtomicFile.read(path) else { return }
        try AtomicFile.write(bytes, to: FileNames.freeName("\(path).bak.\(now)"))
    }

    /// Begins a replacement of the file at `path`.
    func begin(_ path: String) throws -> FileReplacement {
        if let slash = path.lastIndex(of: "/") { try AtomicFile.makeDirectory(String(path[..<slash])) }
        return try FileReplacement(path: path)
    }

    func write(_ bytes: [UInt8], to replacement: FileReplacement) throws {
        try AtomicFile.writeAll(bytes, to: replacement.descriptor, path: replacement.temporary)
    }

    func finish(_ replacement: FileReplacement, fault: FaultPoint) throws -> FileStamp {
        try replacement.finish(fault: fault)
    }
}

/// A file that is written piece by piece and then takes the place of another. Dropped before it is finished, it leaves
/// nothing behind.
final class FileReplacement: Sendable {
    let path: String
    let temporary: String
    let descriptor: Int32

    init(path: String) throws {
        self.path = path
        temporary = "\(path).\(getpid()).\(SystemEntropy().token(bytes: 6)).tmp"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor < 0 { throw FileError(operation: "create", path: temporary, code: errno) }
        fchmod(descriptor, 0o600)
    }

    deinit {
        close(descriptor)
        unlink(temporary)
    }

    func finish(fault: FaultPoint) throws -> FileStamp {
        if fsync(descriptor) != 0 { throw FileError(operation: "flush", path: temporary, code: errno) }
        fault("sessions.rename.before")
        if rename(temporary, path) != 0 { throw FileError(operation: "replace", path: path, code: errno) }
        fault("sessions.rename.after")
        try AtomicFile.syncDirectory(of: path)
        return try FileStamp.of(descriptor: descriptor, path: path)
    }
}
