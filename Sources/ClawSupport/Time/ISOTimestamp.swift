/// Times as ISO 8601 text in UTC with milliseconds, the form of transcripts and archives: `2026-03-01T08:00:00.000Z`.
package enum ISOTimestamp {
    package static func format(milliseconds: Int64) -> String {
        let date = CivilDate(milliseconds: milliseconds)
        let time = milliseconds - date.startMilliseconds
        return "\(date)T\(pad(time / 3_600_000, 2)):\(pad(time / 60_000 % 60, 2)):\(pad(time / 1000 % 60, 2))."
            + "\(pad(time % 1000, 3))Z"
    }

    /// The form that file names can hold: `2026-03-01T08-00-00.000Z`.
    package static func fileStamp(milliseconds: Int64) -> String {
        String(format(milliseconds: milliseconds).map { $0 == ":" ? "-" : $0 })
    }

    /// Milliseconds since 1970 of a UTC time as `format` writes it; seconds and fraction may be missing. Nil for other text.
    package static func parse(_ text: String) -> Int64? {
        let halves = text.split(separator: "T", maxSplits: 1)
        guard halves.count == 2, halves[1].hasSuffix("Z") else { return nil }
        let days = halves[0].split(separator: "-").map { Int($0) }
        let clock = halves[1].dropLast().split(separator: ":")
        guard days.count == 3, let year = days[0], let month = days[1], let day = days[2], clock.count >= 2,
            let hour = Int64(clock[0]), let minute = Int64(clock[1]), (1...12).contains(month), (1...31).contains(day),
            (0..<24).contains(hour), (0..<60).contains(minute)
        else { return nil }
        let seconds = clock.count > 2 ? Double(clock[2]) : 0
        guard let seconds, seconds >= 0, seconds < 61 else { return nil }
        let start = CivilDate(year: year, month: month, day: day).startMilliseconds
        return start + hour * 3_600_000 + minute * 60_000 + Int64((seconds * 1000).rounded())
    }

    static func pad(_ value: some BinaryInteger, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}

/// A day of the Gregorian calendar in UTC, computed by the days-from-civil method.
package struct CivilDate: Sendable, Hashable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int

    package init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day that contains `milliseconds` since 1970.
    package init(milliseconds: Int64) {
        let days = Int((Double(milliseconds) / 86_400_000).rounded(.down)) + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        month = shifted < 10 ? shifted + 3 : shifted - 9
        day = dayOfYear - (153 * shifted + 2) / 5 + 1
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Midnight UTC of this day in milliseconds since 1970.
    package var startMilliseconds: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return Int64(era * 146_097 + dayOfEra - 719_468) * 86_400_000
    }

    /// 0 for Sunday to 6 for Saturday.
    package var weekday: Int { Int(((startMilliseconds / 86_400_000) % 7 + 11) % 7) }

    package var description: String {
        "\(ISOTimestamp.pad(year, 4))-\(ISOTimestamp.pad(month, 2))-\(ISOTimestamp.pad(day, 2))"
    }
}
