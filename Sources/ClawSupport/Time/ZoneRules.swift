/// The changes of offset of a time zone: those that a zone file lists, and the yearly rule that holds after them.
struct ZoneRules: Sendable {
    struct Zone: Sendable, Hashable {
        var offset: Int
        var name: String
    }

    private var transitions: [Int64] = []
    private var kinds: [Int] = []
    private var zones: [Zone]
    private var yearly: YearlyRule?

    static let utc = ZoneRules(zones: [Zone(offset: 0, name: "UTC")])

    private init(zones: [Zone]) { self.zones = zones }

    /// The short name outside summer time.
    var standardName: String { yearly?.standard.name ?? zones.last?.name ?? "UTC" }

    /// The zone in force at `seconds` since 1970.
    func zone(at seconds: Int64) -> Zone {
        if let yearly, transitions.last.map({ seconds >= $0 }) ?? true { return yearly.zone(at: seconds) }
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? zones[0] : zones[kinds[low - 1]]
    }

    /// Reads version 2 or later of the format; nil for other bytes.
    init?(zoneFile bytes: [UInt8]) {
        guard bytes.count > 44, bytes[0..<4].elementsEqual("TZif".utf8), bytes[4] >= UInt8(ascii: "2") else {
            return nil
        }
        var reader = ByteReader(bytes: bytes)
        let first = reader.header()
        reader.position += first.size(timeWidth: 4)
        let header = reader.header()
        let body = header.size(timeWidth: 8)
        guard header.typeCount > 0, header.timeCount < 10_000, reader.position + body <= bytes.count else { return nil }
        zones = []
        for _ in 0..<header.timeCount { transitions.append(reader.integer(8)) }
        for _ in 0..<header.timeCount { kinds.append(Int(reader.integer(1)) & 0xFF) }
        var raw: [(offset: Int, name: Int)] = []
        for _ in 0..<header.typeCount {
            let offset = Int(reader.integer(4))
            reader.position += 1
            raw.append((offset, Int(reader.integer(1)) & 0xFF))
        }
        let names = Array(bytes[reader.position..<reader.position + header.nameBytes])
        reader.position += header.nameBytes + header.leapCount * 12 + header.standardCount + header.utcCount
        zones = raw.map { entry in
            Zone(
                offset: entry.offset,
                name: String(decoding: names.dropFirst(entry.name).prefix { $0 != 0 }, as: UTF8.self))
        }
        guard kinds.allSatisfy({ $0 < header.typeCount }) else { return nil }
        let footer = bytes[min(reader.position, bytes.count)...].filter { $0 != UInt8(ascii: "\n") }
        yearly = YearlyRule(String(decoding: footer, as: UTF8.self))
    }

    private struct Header {
        var utcCount: Int
        var standardCount: Int
        var leapCount: Int
        var timeCount: Int
        var typeCount: Int
        var nameBytes: Int

        func size(timeWidth: Int) -> Int {
            timeCount * (timeWidth + 1) + typeCount * 6 + nameBytes + leapCount * (timeWidth + 4) + standardCount
                + utcCount
        }
    }

    private struct ByteReader {
        let bytes: [UInt8]
        var position = 0

        /// A signed big-endian number; zero beyond the end.
        mutating func integer(_ width: Int) -> Int64 {
            guard position + width <= bytes.count else { return 0 }
            var value: Int64 = width > 1 && bytes[position] & 0x80 != 0 ? -1 : 0
            for byte in bytes[position..<position + width] { value = value << 8 | Int64(byte) }
            position += width
            return value
        }

        mutating func header() -> Header {
            position += 20
            let counts = (0..<6).map { _ in Int(integer(4)) }
            return Header(
                utcCount: counts[0], standardCount: counts[1], leapCount: counts[2], timeCount: counts[3],
                typeCount: counts[4], nameBytes: counts[5])
        }
    }
}
