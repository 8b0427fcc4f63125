/// The rule of a POSIX zone text such as `CET-1CEST,M3.5.0,M10.5.0/3`.
struct YearlyRule: Sendable {
    /// A moment of each year in local time.
    private struct Change: Sendable {
        enum Day: Sendable {
            /// Month, week (5 is the last) and weekday.
            case weekday(month: Int, week: Int, day: Int)
            /// Day of the year from 1; 29 February is never counted.
            case julian(Int)
            /// Day of the year from 0; 29 February is counted.
            case ordinal(Int)
        }

        var day: Day
        /// Seconds after midnight.
        var time: Int
    }

    let standard: ZoneRules.Zone
    private let summer: (zone: ZoneRules.Zone, begins: Change, ends: Change)?

    init?(_ text: String) {
        var rest = text[...]
        guard let name = Self.name(&rest), let offset = Self.offset(&rest) else { return nil }
        standard = ZoneRules.Zone(offset: -offset, name: name)
        if rest.isEmpty {
            summer = nil
            return
        }
        guard let summerName = Self.name(&rest) else { return nil }
        var summerOffset = offset - 3600
        if rest.first != ",", let given = Self.offset(&rest) { summerOffset = given }
        let parts = rest.split(separator: ",")
        guard parts.count == 2, let begins = Self.change(parts[0]), let ends = Self.change(parts[1]) else { return nil }
        summer = (ZoneRules.Zone(offset: -summerOffset, name: summerName), begins, ends)
    }

    func zone(at seconds: Int64) -> ZoneRules.Zone {
        guard let summer else { return standard }
        let year = CivilDate(milliseconds: (seconds + Int64(standard.offset)) * 1000).year
        let begins = Self.moment(summer.begins, year) - Int64(standard.offset)
        let ends = Self.moment(summer.ends, year) - Int64(summer.zone.offset)
        let isSummer = begins < ends ? seconds >= begins && seconds < ends : seconds >= begins || seconds < ends
        return isSummer ? summer.zone : standard
    }

    /// Seconds since 1970 as the local clock counts them.
    private static func moment(_ change: Change, _ year: Int) -> Int64 {
        let start = CivilDate(year: year, month: 1, day: 1).startMilliseconds / 1000
        let day: Int64
        switch change.day {
        case .ordinal(let number): day = start + Int64(number) * 86400
        case .julian(let number):
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            day = start + Int64(number - 1 + (isLeap && number > 59 ? 1 : 0)) * 86400
        case .weekday(let month, let week, let weekday):
            let first = CivilDate(year: year, month: month, day: 1)
            let nextMonth =
                month == 12
                ? CivilDate(year: year + 1, month: 1, day: 1) : CivilDate(year: year, month: month + 1, day: 1)
            let length = Int((nextMonth.startMilliseconds - first.startMilliseconds) / 86_400_000)
            var number = (weekday - first.weekday + 7) % 7 + (week - 1) * 7
            while number >= length { number -= 7 }
            day = first.startMilliseconds / 1000 + Int64(number) * 86400
        }
        return day + Int64(change.time)
    }

    private static func name(_ rest: inout Substring) -> String? {
        if rest.first == "<", let end = rest.firstIndex(of: ">") {
            let name = rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
            return String(name)
        }
        let name = rest.prefix { $0.isLetter }
        rest = rest.dropFirst(name.count)
        return name.count >= 3 ? String(name) : nil
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    private static func offset(_ rest: inout Substring) -> Int? {
        let text = rest.prefix { $0.isNumber || $0 == "+" || $0 == "-" || $0 == ":" }
        rest = rest.dropFirst(text.count)
        return seconds(text)
    }

    private static func seconds(_ text: Substring) -> Int? {
        let sign = text.first == "-" ? -1 : 1
        let parts = text.drop { $0 == "-" || $0 == "+" }.split(separator: ":").map { Int($0) }
        guard !parts.isEmpty, parts.count <= 3 else { return nil }
        var total = 0
        for (position, part) in parts.enumerated() {
            guard let part else { return nil }
            total += part * [3600, 60, 1][position]
        }
        return sign * total
    }

    private static func change(_ text: Substring) -> Change? {
        let halves = text.split(separator: "/", maxSplits: 1)
        guard let day = halves.first else { return nil }
        let time = halves.count > 1 ? seconds(halves[1]) : 7200
        guard let time else { return nil }
        if day.first == "M" {
            let numbers = day.dropFirst().split(separator: ".").compactMap { Int($0) }
            guard numbers.count == 3, (1...12).contains(numbers[0]), (1...5).contains(numbers[1]),
                (0...6).contains(numbers[2])
            else { return nil }
            return Change(day: .weekday(month: numbers[0], week: numbers[1], day: numbers[2]), time: time)
        }
        if day.first == "J" { return Int(day.dropFirst()).map { Change(day: .julian($0), time: time) } }
        return Int(day).map { Change(day: .ordinal($0), time: time) }
    }
}
