import ClawCore
import ClawProtocol
import ClawStore
import ClawSupport

/// Which days a report of usage is about, and whose calendar they are of.
struct UsageRange: Sendable {
    let first: CivilDate
    let last: CivilDate
    let calendar: DayCalendar

    /// How far back a report goes at most.
    private static let longest = 3660

    var dayCount: Int { Int((last.startMilliseconds - first.startMilliseconds) / 86_400_000) + 1 }

    func contains(_ day: String) -> Bool { day >= first.description && day <= last.description }

    /// Reads `startDate`, `endDate`, `mode`, `utcOffset` and, where the method has it, `days`. Both dates are needed for a
    /// range; without them it is the last 30 days. Faults are the reader's.
    init(_ reader: inout ParamReader, hasDays: Bool, now: Int64, local: ZonedClock) {
        let start = Self.date("startDate", &reader)
        let end = Self.date("endDate", &reader)
        let calendar = Self.calendar(&reader, local)
        var days = 30
        if hasDays, let value = reader.value("days") {
            let number = value.doubleValue ?? value.stringValue.flatMap(Double.init)
            if let number, number.isFinite, number >= 1 { days = Int(min(number, Double(Self.longest))) }
        }
        self.calendar = calendar
        if let start, let end, start.startMilliseconds <= end.startMilliseconds {
            first = start
            last = end
        } else {
            last = calendar.day(at: now)
            first = CivilDate(milliseconds: last.startMilliseconds - Int64(days - 1) * 86_400_000)
        }
    }

    private static func date(_ key: String, _ reader: inout ParamReader) -> CivilDate? {
        guard let text = reader.string(key) else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let isShaped =
            parts.map(\.utf8.count) == [4, 2, 2]
            && text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }
        guard isShaped, let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]) else {
            reader.fail(key, #"must match pattern "^\d{4}-\d{2}-\d{2}$""#)
            return nil
        }
        let date = CivilDate(year: year, month: month, day: day)
        // A day that no month has would name another day.
        guard CivilDate(milliseconds: date.startMilliseconds) == date else {
            reader.fail(key, "must be a day of the calendar")
            return nil
        }
        return date
    }

    private static func calendar(_ reader: inout ParamReader, _ local: ZonedClock) -> DayCalendar {
        let mode = reader.choice("mode", of: ["utc", "gateway", "specific"])
        let offset = offset(&reader)
        switch mode {
        case "gateway": return DayCalendar(name: "gateway \(local.name)") { local.time(at: $0).date }
        case "specific":
            let milliseconds = Int64(offset ?? 0) * 60_000
            return DayCalendar(name: "offset \(milliseconds)") { CivilDate(milliseconds: $0 + milliseconds) }
        default: return DayCalendar(name: "utc") { CivilDate(milliseconds: $0) }
        }
    }

    /// Minutes ahead of UTC in `UTC+2`, `UTC-03:30`; beyond 14 hours there is no such place.
    private static func offset(_ reader: inout ParamReader) -> Int? {
        guard let text = reader.string("utcOffset") else { return nil }
        let rest = text.dropFirst(4)
        let parts = rest.split(separator: ":", omittingEmptySubsequences: false)
        let isShaped =
            (text.hasPrefix("UTC+") || text.hasPrefix("UTC-")) && (1...2).contains(parts.count)
            && (1...2).contains(parts[0].utf8.count) && (parts.count == 1 || parts[1].utf8.count == 2)
            && rest.utf8.allSatisfy { $0 == UInt8(ascii: ":") || (0x30...0x39).contains($0) }
        guard isShaped, let hours = Int(parts[0]), let minutes = parts.count == 2 ? Int(parts[1]) : 0, hours <= 14,
            minutes < 60
        else {
            reader.fail("utcOffset", #"must match pattern "^UTC[+-]\d{1,2}(?::[0-5]\d)?$""#)
            return nil
        }
        return (hours * 60 + minutes) * (text.hasPrefix("UTC-") ? -1 : 1)
    }
}
