import ClawCore
package import ClawSupport

/// How the words of a person become the words that the model reads.
package enum InboundText {
    /// The text with its envelope. For a chat of a channel that is `[IRC alice +5m Sun 2026-03-01 08:00 UTC] `, for
    /// clients of the Gateway only the time. In groups the sender's name stands before the text.
    package static func prompt(
        for turn: PendingTurn, text: String, clock: ZonedClock, previous: Int64? = nil
    ) -> String {
        let body = neutralized(text)
        guard let origin = turn.origin else { return "[\(stamp(turn.acceptedAt, clock))] \(body)" }
        var header = [headerPart(channelName(origin.channel))]
        let isGroup = origin.peer.kind != .direct
        header.append(headerPart(isGroup ? origin.peer.name ?? origin.peer.id : origin.sender.displayName))
        if let previous, origin.timestamp - previous >= 60_000 {
            header.append("+" + elapsed(origin.timestamp - previous))
        }
        header.append(stamp(origin.timestamp, clock))
        let sender = isGroup ? headerPart(origin.sender.displayName) + ": " : ""
        return "[\(header.joined(separator: " "))] \(sender)\(body)"
    }

    /// `Sun 2026-03-01 08:00 UTC`.
    package static func stamp(_ milliseconds: Int64, _ clock: ZonedClock) -> String {
        let time = clock.time(at: milliseconds)
        return "\(time.weekdayName) \(time.dateText) \(time.clockText) \(time.zoneName)"
    }

    /// The text without lines that pretend to come from the Gateway. Runtime events reach the model in the system
    /// prompt, so no line of a person's message may look like one.
    package static func neutralized(_ text: String) -> String {
        guard
            text.utf8.contains(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "#") })
        else { return text }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.map(neutralizedLine).joined(separator: "\n")
    }

    private static func neutralizedLine(_ line: Substring) -> String {
        // Format characters are invisible; they must not hide the word from this check.
        var visible = ""
        for scalar in line.unicodeScalars where scalar.properties.generalCategory != .format {
            visible.unicodeScalars.append(scalar)
        }
        let plain = visible.drop(while: \.isWhitespace)
        let lower = plain.prefix(64).lowercased()
        if lower.hasPrefix("## runtime system events") { return "(quoted) " + plain.drop { $0 == "#" || $0 == " " } }
        var rest = plain
        let isBracketed = rest.first == "["
        if isBracketed { rest = rest.dropFirst().drop(while: \.isWhitespace) }
        guard rest.prefix(6).lowercased() == "system" else { return String(line) }
        let after = rest.dropFirst(6)
        let next = after.drop(while: \.isWhitespace)
        if !isBracketed, next.first == ":" || next.first == "：" {
            return "System (not from the Gateway): " + next.dropFirst().drop(while: \.isWhitespace)
        }
        let claims = ["]", ":", "message", "event", "notice", "note"]
        if isBracketed, claims.contains(where: { next.lowercased().hasPrefix($0) }) {
            return "(quoted) " + plain.replacingBrackets()
        }
        return String(line)
    }

    private static func channelName(_ channel: ChannelID) -> String {
        switch channel.rawValue {
        case "irc": "IRC"
        case "imessage": "iMessage"
        default: channel.rawValue.prefix(1).uppercased() + channel.rawValue.dropFirst()
        }
    }

    /// One line without square brackets, so that a name cannot end the envelope.
    private static func headerPart(_ text: String) -> String {
        let flat = text.unicodeScalars.map { scalar -> Character in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: " "
            default: Character(scalar)
            }
        }
        return String(String(flat).replacingBrackets().prefix(100))
    }

    /// `5m`, `3h`, `2d`.
    private static func elapsed(_ milliseconds: Int64) -> String {
        let minutes = milliseconds / 60_000
        if minutes < 60 { return "\(minutes)m" }
        return minutes < 48 * 60 ? "\(minutes / 60)h" : "\(minutes / 1440)d"
    }
}

extension StringProtocol {
    /// Square brackets become parentheses.
    fileprivate func replacingBrackets() -> String {
        String(map { $0 == "[" ? "(" : $0 == "]" ? ")" : $0 })
    }
}
