import ClawSupport
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What of an installation goes into a backup, found by walking through its state directory. Links are not followed.
struct BackupTree {
    /// The first part of the names of what lies in the state directory.
    static let state = "state"
    /// The first part of the names of configuration files that lie elsewhere.
    static let configuration = "config"
    /// The journal's copy is made beside the journal, where only its owner can read.
    static let journalCopyPrefix = "journal.backup-"

    private(set) var folders: [String] = []
    private(set) var files: [(path: String, name: String)] = []
    private(set) var skipped: [String] = []

    private let source: Backup.Source
    private let output: String

    /// - Parameter output: The backup itself, which is not part of it.
    init(_ source: Backup.Source, output: String) throws {
        self.source = source
        self.output = output
        try walk(source.directory.root, name: Self.state)
        let root = source.directory.root + "/"
        let outside = source.configuration.filter { !$0.hasPrefix(root) && AtomicFile.exists($0) }
        // Included files stay inside the directory of the first, so their places relative to it are kept.
        guard let first = outside.first, let slash = first.lastIndex(of: "/") else { return }
        let base = first[...slash]
        for path in outside where path.hasPrefix(base) {
            files.append((path, "\(Self.configuration)/\(path.dropFirst(base.count))"))
        }
    }

    private mutating func walk(_ folder: String, name: String) throws {
        for child in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let path = "\(folder)/\(child)"
            if isLeftOut(path, child) { continue }
            var information = stat()
            // It may have gone away since the folder was read.
            if lstat(path, &information) != 0 { continue }
            switch information.st_mode & S_IFMT {
            case S_IFDIR:
                folders.append("\(name)/\(child)")
                try walk(path, name: "\(name)/\(child)")
            case S_IFREG:
                if try Self.isUnfinishedBackup(path, child) {
                    skipped.append(path)
                } else {
                    files.append((path, "\(name)/\(child)"))
                }
            default: skipped.append(path)
            }
        }
    }

    private func isLeftOut(_ path: String, _ child: String) -> Bool {
        let journal = source.directory.journalPath
        return path == output || path == source.directory.instanceLockPath || source.excluded.contains(path)
            || ["", "-wal", "-shm", "-journal"].contains { path == journal + $0 }
            || path.hasPrefix("\(source.directory.stateFolder)/\(Self.journalCopyPrefix)") || Self.isTemporary(child)
    }

    /// Whether a name is that of a file that this program writes before it takes the place of another one:
    /// `<name>.<process>.<token>.tmp` or `.<token>.tmp`. People have files that end in `.tmp`, too.
    private static func isTemporary(_ name: String) -> Bool {
        name.wholeMatch(of: /(.+\.[0-9]+\.[A-Za-z0-9_-]{8}|\.[A-Za-z0-9_-]{12})\.tmp/) != nil
    }

    /// Whether it is a backup that was never finished.
    private static func isUnfinishedBackup(_ path: String, _ name: String) throws(FileError) -> Bool {
        guard name.hasSuffix(".partial"), let file = try BackupFile.openIfThere(path) else { return false }
        return try file.read(BackupHeader.magic.count) == BackupHeader.magic
    }
}

/// A copy of the journal as it stands at one moment, whoever writes to it meanwhile.
enum JournalCopy {
    /// False when there is no journal.
    static func write(_ path: String, to copy: String) throws -> Bool {
        guard AtomicFile.exists(path) else { return false }
        let database = try Database(path: path, access: .readOnly, cacheKilobytes: 512)
        try database.run("VACUUM INTO ?", [.text(copy)])
        return true
    }
}
