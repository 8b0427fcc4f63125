/// Durations as people write them in the configuration: `30d`, `1h30m`, `500ms`, or a bare number.
package enum DurationText {
    package enum Unit: String, Sendable, Hashable, CaseIterable {
        case milliseconds = "ms"
        case seconds = "s"
        case minutes = "m"
        case hours = "h"
        case days = "d"

        var length: Int64 {
            switch self {
            case .milliseconds: 1
            case .seconds: 1000
            case .minutes: 60_000
            case .hours: 3_600_000
            case .days: 86_400_000
            }
        }
    }

    /// In milliseconds; a bare number is in `unit`. Nil when the text is no duration, or one longer than 10,000 years.
    package static func milliseconds(_ text: String, unit: Unit) -> Int64? {
        var rest = text[...]
        var total: Int64 = 0
        repeat {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let number = Int64(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(letters.count)
            let isBare = letters.isEmpty && total == 0 && rest.isEmpty
            guard let part = isBare ? unit : Unit(rawValue: letters.lowercased()) else { return nil }
            let (length, isTooLong) = number.multipliedReportingOverflow(by: part.length)
            if isTooLong || length > longest - total { return nil }
            total += length
        } while !rest.isEmpty
        return total
    }

    private static let longest: Int64 = 10_000 * 366 * 86_400_000
}
