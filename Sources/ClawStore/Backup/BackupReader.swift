import ClawSupport

/// Reads a backup from its beginning, and gives nothing that was not proved to be as it was written.
struct BackupReader {
    private let file: BackupFile
    private var cipher: BackupCipher
    private var available: [UInt8] = []
    private var position = 0
    private var isAtEnd = false

    init(_ file: BackupFile, passphrase: Redacted) throws {
        let start = try file.read(BackupHeader.count)
        cipher = BackupCipher(key: try BackupHeader.key(start, passphrase, path: file.path), header: start)
        self.file = file
    }

    /// The next record. The bytes of a file must be taken before the next call.
    mutating func next() throws -> BackupEntry {
        let word = try take(2)
        let text = try take(Int(word[0]) << 8 | Int(word[1]))
        // Proved bytes that are no record were written by something else than this program.
        guard text.count <= BackupEntry.limit, let json = try? JSONParser.parse(text),
            let entry = BackupEntry(json: json)
        else { throw BackupError.unacceptable("a record that cannot be read") }
        return entry
    }

    /// Exactly `count` of the bytes that follow.
    mutating func take(_ count: Int) throws -> [UInt8] {
        while available.count - position < count {
            if isAtEnd { throw BackupError.cutOff }
            if position > 0 {
                available.removeFirst(position)
                position = 0
            }
            available += try piece()
        }
        defer { position += count }
        return Array(available[position..<(position + count)])
    }

    /// Checks that nothing follows.
    mutating func finish() throws {
        while !isAtEnd { available += try piece() }
        if position != available.count { throw BackupError.unacceptable("records after the end") }
        if try !file.read(1).isEmpty { throw BackupError.trailingBytes }
    }

    private mutating func piece() throws -> [UInt8] {
        let start = file.offset
        let word = try file.read(4)
        if word.count < 4 { throw BackupError.cutOff }
        guard let (count, isLast) = BackupCipher.read(word) else { throw BackupError.damaged(at: start) }
        let sealed = try file.read(count + BackupCipher.tagCount)
        if sealed.count < count + BackupCipher.tagCount { throw BackupError.cutOff }
        isAtEnd = isLast
        do {
            return try cipher.open(sealed, word: word)
        } catch {
            throw BackupError.damaged(at: start)
        }
    }
}
