/// How long ago something was, in the largest unit that fits: `now`, `5s`, `12m`, `3h`, `4d`.
package enum AgeText {
    /// Takes milliseconds; nil reads `-`.
    package static func short(_ milliseconds: Int?) -> String {
        guard let milliseconds else { return "-" }
        let seconds = max(0, milliseconds / 1000)
        return switch seconds {
        case 0: "now"
        case ..<60: "\(seconds)s"
        case ..<3600: "\(seconds / 60)m"
        case ..<86_400: "\(seconds / 3600)h"
        default: "\(seconds / 86_400)d"
        }
    }

    /// As `short`, as words of a sentence.
    package static func ago(_ milliseconds: Int) -> String {
        milliseconds < 1000 ? "just now" : "\(short(milliseconds)) ago"
    }
}
