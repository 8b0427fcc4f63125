import ClawSupport

/// The lines of a file from the first to the last, read in pieces, so that a large file costs little memory. A line beyond
/// the limit is passed over.
struct ForwardLines {
    private static let pieceSize = 256 << 10
    private static let longestLine = 32 << 20

    private let descriptor: Int32
    private let path: String
    private var buffer: [UInt8] = []
    private var taken = 0
    private var offset = 0
    private var isAtEnd = false
    private var isSkipping = false

    /// `descriptor` stays the caller's.
    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// The next line without its newline; nil after the last one.
    mutating func next() throws(FileError) -> ArraySlice<UInt8>? {
        var searched = taken
        while true {
            if let newline = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = buffer[taken..<newline]
                taken = newline + 1
                searched = taken
                if isSkipping {
                    isSkipping = false
                    continue
                }
                return line
            }
            if isAtEnd {
                defer { taken = buffer.endIndex }
                return taken == buffer.endIndex || isSkipping ? nil : buffer[taken...]
            }
            if buffer.count - taken > Self.longestLine {
                isSkipping = true
                taken = buffer.endIndex
            }
            buffer.removeSubrange(..<taken)
            taken = 0
            searched = buffer.endIndex
            let piece = try TranscriptFile.read(descriptor, from: offset, count: Self.pieceSize, path: path)
            offset += piece.count
            isAtEnd = piece.count < Self.pieceSize
            buffer += piece
        }
    }
}
