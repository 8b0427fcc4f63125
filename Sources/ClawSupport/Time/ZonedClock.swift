/// A moment as the clocks of a time zone show it.
package struct ZonedTime: Sendable, Hashable {
    package let date: CivilDate
    package let hour: Int
    package let minute: Int
    package let second: Int
    /// Seconds east of UTC.
    package let offset: Int
    /// The short name of the zone at that moment, such as `CET`.
    package let zoneName: String

    /// `2026-03-01`.
    package var dateText: String { date.description }
    /// `08:05`.
    package var clockText: String { "\(ISOTimestamp.pad(hour, 2)):\(ISOTimestamp.pad(minute, 2))" }
    /// `Sun`.
    package var weekdayName: String { ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][date.weekday] }
}

/// Tells the time of day in one zone, from the zone files of the system (RFC 8536), without ICU.
package struct ZonedClock: Sendable {
    /// The IANA name, such as `Europe/Berlin`, or `UTC`.
    package let name: String
    private let rules: ZoneRules

    package static let utc = ZonedClock(name: "UTC", rules: .utc)

    private init(name: String, rules: ZoneRules) {
        self.name = name
        self.rules = rules
    }

    /// The zone with this IANA name; nil when the system does not know it.
    package init?(_ name: String) {
        if name == "UTC" || name == "Etc/UTC" {
            self = .utc
            return
        }
        // A name is joined to a path below, so nothing may lead out of the folder of zones.
        let isPlain = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "_-+/".utf8.contains(byte)
        }
        guard isPlain, !name.isEmpty, !name.hasPrefix("/"), name.utf8.count < 100 else { return nil }
        guard let rules = Self.rules(at: "/usr/share/zoneinfo/\(name)") else { return nil }
        self.init(name: name, rules: rules)
    }

    /// The zone of this machine, UTC when it has none.
    package static func local() -> ZonedClock {
        guard let rules = rules(at: "/etc/localtime") else { return .utc }
        // Debian keeps the name beside the file; elsewhere the short name has to do.
        // The name is decoration: a file that cannot be read leaves the short name.
        let named = (try? AtomicFile.read("/etc/timezone", limit: 200)).flatMap { $0 }
        let text = named.map { String(decoding: $0, as: UTF8.self) }?.split(whereSeparator: \.isWhitespace).first
        return ZonedClock(name: text.map(String.init) ?? rules.standardName, rules: rules)
    }

    package func time(at milliseconds: Int64) -> ZonedTime {
        let seconds = Int64((Double(milliseconds) / 1000).rounded(.down))
        let zone = rules.zone(at: seconds)
        let local = (seconds + Int64(zone.offset)) * 1000
        let date = CivilDate(milliseconds: local)
        let inDay = Int((local - date.startMilliseconds) / 1000)
        return ZonedTime(
            date: date, hour: inDay / 3600, minute: inDay / 60 % 60, second: inDay % 60, offset: zone.offset,
            zoneName: zone.name)
    }

    private static func rules(at path: String) -> ZoneRules? {
        // A zone that cannot be read is an unknown zone to the caller, who says so.
        guard let bytes = (try? AtomicFile.read(path, limit: 1 << 20)).flatMap({ $0 }) else { return nil }
        return ZoneRules(zoneFile: bytes)
    }
}
