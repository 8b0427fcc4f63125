/// The page's files packed into one block, as `scripts/web/pack.py` writes it.
///
/// All numbers are little-endian. Header: the eight bytes `OCWEB001`, the number of files (4 bytes), the length of the index
/// (4 bytes). Index, one record per file: offset from the start of the block (8), length (8), the first 16 bytes of the
/// content's SHA-256, length of the name (2), the name in UTF-8. The contents follow.
struct AssetArchive: Sendable {
    struct Entry: Sendable, Hashable {
        let offset: Int
        let length: Int
        let digest: [UInt8]
    }

    static let sectionName = ".openclaw_web"
    private static let magic = Array("OCWEB001".utf8)
    private static let headerSize = 16
    private static let recordSize = 34

    private let file: AssetFile
    private let entries: [String: Entry]

    /// The archive in `range` of `file`; nil when the bytes are not a whole one. Reads the index only.
    init?(_ file: AssetFile, in range: Range<Int>) {
        guard range.count >= Self.headerSize, let header = file.read(at: range.lowerBound, count: Self.headerSize),
            header.starts(with: Self.magic)
        else { return nil }
        let count = header.littleEndian(at: 8, count: 4)
        let indexSize = header.littleEndian(at: 12, count: 4)
        guard indexSize <= range.count - Self.headerSize,
            let index = file.read(at: range.lowerBound + Self.headerSize, count: indexSize)
        else { return nil }
        var entries: [String: Entry] = [:]
        var position = 0
        for _ in 0..<count {
            guard position + Self.recordSize <= index.count else { return nil }
            let offset = index.littleEndian(at: position, count: 8)
            let length = index.littleEndian(at: position + 8, count: 8)
            let digest = Array(index[position + 16..<position + 32])
            let nameSize = index.littleEndian(at: position + 32, count: 2)
            position += Self.recordSize
            guard position + nameSize <= index.count, offset <= range.count, length <= range.count - offset,
                let name = String(validating: index[position..<position + nameSize], as: UTF8.self)
            else { return nil }
            position += nameSize
            entries[name] = Entry(offset: range.lowerBound + offset, length: length, digest: digest)
        }
        self.file = file
        self.entries = entries
    }

    func entry(_ name: String) -> Entry? { entries[name] }

    func content(of entry: Entry) -> [UInt8]? { file.read(at: entry.offset, count: entry.length) }
}
