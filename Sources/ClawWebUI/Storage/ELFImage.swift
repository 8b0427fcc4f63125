/// Finds a section of a 64-bit little-endian ELF file, the format of executables on Linux (System V ABI, chapter 4).
///
/// A section that `objcopy --add-section` made is not loaded with the program: it costs no memory until it is read.
struct ELFImage {
    private let file: AssetFile

    init(_ file: AssetFile) { self.file = file }

    /// Where the section called `name` lies in the file; nil when the file is not such an ELF file or has no such section.
    func section(_ name: String) -> Range<Int>? {
        guard let header = file.read(at: 0, count: 64), header.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) else {
            return nil
        }
        let entrySize = header.littleEndian(at: 58, count: 2)
        let count = header.littleEndian(at: 60, count: 2)
        let namesIndex = header.littleEndian(at: 62, count: 2)
        guard entrySize >= 64, namesIndex < count,
            let table = file.read(at: header.littleEndian(at: 40, count: 8), count: entrySize * count)
        else { return nil }
        func extent(_ index: Int) -> Range<Int>? {
            let start = table.littleEndian(at: index * entrySize + 24, count: 8)
            let length = table.littleEndian(at: index * entrySize + 32, count: 8)
            guard start <= file.size, length <= file.size - start else { return nil }
            return start..<start + length
        }
        guard let names = extent(namesIndex), let texts = file.read(at: names.lowerBound, count: names.count) else {
            return nil
        }
        let wanted = Array(name.utf8) + [0]
        for index in 0..<count {
            let position = table.littleEndian(at: index * entrySize, count: 4)
            if position < texts.count, texts[position...].starts(with: wanted) { return extent(index) }
        }
        return nil
    }
}

extension [UInt8] {
    /// An unsigned little-endian number of `count` bytes. `Int.max` for one that does not fit, so that a check on a length
    /// refuses it.
    func littleEndian(at offset: Int, count: Int) -> Int {
        var value: UInt64 = 0
        for byte in self[offset..<offset + count].reversed() { value = value << 8 | UInt64(byte) }
        return Int(clamping: value)
    }
}
