import ClawSupport

/// Writes a backup from its header to its end. Nothing of it is readable before `finish`, and nothing without the passphrase.
struct BackupWriter {
    private let file: BackupFile
    private var cipher: BackupCipher
    private var pending: [UInt8] = []
    private(set) var files = 0
    private(set) var bytes: Int64 = 0

    init(_ file: BackupFile, passphrase: Redacted, salt: [UInt8], cost: BackupHeader.Cost = .standard) throws {
        let header = BackupHeader(cost: cost, salt: salt)
        let keys = try header.keys(passphrase)
        let start = header.bytes(check: keys.check)
        try file.write(start)
        self.file = file
        cipher = BackupCipher(key: keys.content, header: start)
    }

    /// A record without bytes.
    mutating func add(_ entry: BackupEntry) throws {
        let text = entry.json.bytes
        try put([8, 0].map { UInt8(truncatingIfNeeded: text.count >> $0) } + text)
    }

    /// A file with as many bytes as it has now; what is appended to it meanwhile is left out.
    mutating func add(file source: BackupFile, as path: String) throws {
        try add(.file(path: path, mode: source.mode, size: Int64(source.size)))
        var rest = source.size
        while rest > 0 {
            let piece = try source.read(min(rest, BackupCipher.pieceLimit))
            if piece.isEmpty { throw BackupError.changed(source.path) }
            rest -= piece.count
            try put(piece)
        }
        files += 1
        bytes += Int64(source.size)
    }

    private mutating func put(_ more: [UInt8]) throws {
        pending += more
        // The last piece is known only at the end, so a full one waits until something follows it.
        while pending.count > BackupCipher.pieceLimit {
            try file.write(try cipher.seal(pending.prefix(BackupCipher.pieceLimit), isLast: false))
            pending.removeFirst(BackupCipher.pieceLimit)
        }
    }

    /// Writes the end and makes everything durable.
    mutating func finish() throws {
        try add(.end(files: files, bytes: bytes))
        try file.write(try cipher.seal(pending, isLast: true))
        try file.finish()
    }
}
