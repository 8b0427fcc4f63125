import ClawSupport

/// The lines of a file from the last to the first, read in pieces, so that the end of a large file costs little.
struct ReverseLines {
    private let descriptor: Int32
    private let path: String
    /// The part of the file that was read and not yet handed out begins at `start` in the file.
    private var buffer: [UInt8] = []
    private var start: Int
    private var isAtEnd = true
    private var isExhausted = false
    private var pieceSize = 16 << 10
    private static let largestPiece = 1 << 20

    /// `descriptor` stays the caller's.
    init(descriptor: Int32, path: String) throws(FileError) {
        self.descriptor = descriptor
        self.path = path
        start = Int(try FileStamp.of(descriptor: descriptor, path: path).size)
    }

    /// The next line towards the start, without its newline; nil after the first line. A last line that has no newline is
    /// handed out too.
    mutating func next() throws(FileError) -> [UInt8]? {
        while true {
            if isAtEnd, !buffer.isEmpty {
                if buffer.last == UInt8(ascii: "\n") { buffer.removeLast() }
                isAtEnd = false
            }
            if let newline = buffer.lastIndex(of: UInt8(ascii: "\n")) {
                let line = Array(buffer[(newline + 1)...])
                buffer.removeSubrange(newline...)
                return line
            }
            if start == 0 {
                if isExhausted || isAtEnd { return nil }
                isExhausted = true
                return buffer
            }
            let count = min(start, pieceSize)
            let piece = try TranscriptFile.read(descriptor, from: start - count, count: count, path: path)
            // A file that became shorter meanwhile has no more lines to give.
            if piece.count < count { return nil }
            start -= count
            buffer.insert(contentsOf: piece, at: 0)
            pieceSize = min(pieceSize * 2, Self.largestPiece)
        }
    }
}
