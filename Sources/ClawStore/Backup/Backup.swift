package import ClawSupport
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Makes, checks and restores backups: one sealed file that holds a whole state directory. Blocks; for commands.
package enum Backup {
    /// What a backup is made of.
    package struct Source: Sendable {
        package var directory: StateDirectory
        /// Files of the configuration, those inside the state directory included.
        package var configuration: [String]
        /// Folders below the state directory that are left out, such as workspaces; absolute.
        package var excluded: [String]
        package var version: String

        package init(
            directory: StateDirectory, configuration: [String] = [], excluded: [String] = [], version: String
        ) {
            self.directory = directory
            self.configuration = configuration
            self.excluded = excluded
            self.version = version
        }
    }

    package struct Summary: Sendable, Hashable {
        package var files: Int
        package var bytes: Int64
        /// Milliseconds since 1970.
        package var createdAt: Int64
        package var version: String
        /// What was there and is not in the backup: links, sockets and what else is no file, and unfinished backups.
        package var skipped: [String]
    }

    /// Writes a backup of `source` to `output`, which must not exist. A Gateway may run meanwhile: its journal is copied in one
    /// transaction before anything else, and what it writes later is simply not in the backup. Throws `BackupError`, `FileError`
    /// or `DatabaseError`; nothing is left at `output` then.
    package static func create(
        _ source: Source, to output: String, passphrase: Redacted, time: any TimeSource, entropy: any Entropy
    ) throws -> Summary {
        if AtomicFile.exists(output) { throw BackupError.exists(output) }
        guard AtomicFile.exists(source.directory.root) else { throw BackupError.nothingThere(source.directory.root) }
        let journal = "\(source.directory.stateFolder)/\(BackupTree.journalCopyPrefix)\(entropy.token(bytes: 6))"
        let partial = "\(output).\(entropy.token(bytes: 6)).partial"
        defer {
            unlink(journal)
            unlink(partial)
        }
        let hasJournal = try JournalCopy.write(source.directory.journalPath, to: journal)
        let tree = try BackupTree(source, output: partial)
        let now = time.nowMilliseconds
        var writer = try BackupWriter(
            BackupFile(creating: partial), passphrase: passphrase, salt: entropy.bytes(BackupHeader.saltCount))
        try writer.add(.manifest(createdAt: now, version: source.version))
        for folder in tree.folders { try writer.add(.directory(path: folder)) }
        if hasJournal {
            try writer.add(file: BackupFile(reading: journal), as: "\(BackupTree.state)/state/journal.sqlite")
        }
        for file in tree.files {
            // It may have gone away since the folder was read, as temporary files do.
            if let opened = try BackupFile.openIfThere(file.path) { try writer.add(file: opened, as: file.name) }
        }
        let summary = Summary(
            files: writer.files, bytes: writer.bytes, createdAt: now, version: source.version, skipped: tree.skipped)
        try writer.finish()
        if link(partial, output) != 0 {
            throw errno == EEXIST ? BackupError.exists(output) : FileError.last("create", output) as any Error
        }
        try AtomicFile.syncDirectory(of: output)
        return summary
    }

    /// Reads all of a backup and proves every byte of it.
    package static func verify(_ path: String, passphrase: Redacted) throws -> Summary {
        try read(path, passphrase: passphrase, into: nil)
    }

    /// Puts the state directory of a backup where nothing is: at `target`, which does not exist or is empty. Everything is
    /// written beside it and proved first. Configuration files that lay outside of the state directory come to `config/` in it.
    package static func restore(
        _ path: String, to target: String, passphrase: Redacted, entropy: any Entropy
    ) throws -> Summary {
        if AtomicFile.exists(target) {
            let isEmpty = try FileManager.default.contentsOfDirectory(atPath: target).isEmpty
            if !isEmpty { throw BackupError.notEmpty(target) }
        }
        let partial = "\(target).restoring-\(entropy.token(bytes: 6))"
        try AtomicFile.makeDirectory(partial)
        do {
            let summary = try read(path, passphrase: passphrase, into: partial)
            // An empty directory gives way; one that has been filled meanwhile does not.
            if rename(partial, target) != 0 {
                throw errno == ENOTEMPTY ? BackupError.notEmpty(target) : FileError.last("move to", target) as any Error
            }
            try AtomicFile.syncDirectory(of: target)
            return summary
        } catch {
            // The folder was made above for this restoration, so nothing else is in it.
            try? FileManager.default.removeItem(atPath: partial)
            throw error
        }
    }

    private static func read(_ path: String, passphrase: Redacted, into folder: String?) throws -> Summary {
        var reader = try BackupReader(BackupFile(reading: path), passphrase: passphrase)
        guard case .manifest(let createdAt, let version) = try reader.next() else {
            throw BackupError.unacceptable("a beginning without a manifest")
        }
        var summary = Summary(files: 0, bytes: 0, createdAt: createdAt, version: version, skipped: [])
        while true {
            switch try reader.next() {
            case .manifest: throw BackupError.unacceptable("a second manifest")
            case .directory(let name):
                let place = try place(of: name, in: folder)
                if let place { try AtomicFile.makeDirectory(place) }
            case .file(let name, let mode, let size):
                let place = try place(of: name, in: folder)
                try copy(size, mode: mode, from: &reader, to: place)
                summary.files += 1
                summary.bytes += size
            case .end(let files, let bytes):
                guard files == summary.files, bytes == summary.bytes else {
                    throw BackupError.unacceptable("an end that counts other files")
                }
                try reader.finish()
                return summary
            }
        }
    }

    /// Where an entry goes; nil when nothing is written. The state directory's own files lie at the top.
    private static func place(of name: String, in folder: String?) throws -> String? {
        guard BackupEntry.isInside(name) else { throw BackupError.unacceptable("the path \"\(name)\"") }
        guard let folder else { return nil }
        let isState = name.hasPrefix("\(BackupTree.state)/")
        return isState ? "\(folder)/\(name.dropFirst(BackupTree.state.count + 1))" : "\(folder)/\(name)"
    }

    private static func copy(
        _ size: Int64, mode: UInt32, from reader: inout BackupReader, to place: String?
    ) throws {
        var file: BackupFile?
        if let place {
            try AtomicFile.makeDirectory(String(place[..<(place.lastIndex(of: "/") ?? place.startIndex)]))
            file = try BackupFile(creating: place)
        }
        var rest = size
        while rest > 0 {
            let piece = try reader.take(Int(min(rest, Int64(BackupCipher.pieceLimit))))
            try file?.write(piece)
            rest -= Int64(piece.count)
        }
        // Whatever the modes were, others get nothing.
        try file?.finish(mode: mode & 0o700 | 0o600)
    }
}
