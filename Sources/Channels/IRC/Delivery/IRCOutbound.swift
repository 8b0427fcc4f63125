import ClawChannelKit
import ClawCore
import ClawSupport

/// Turns a message into the lines that carry it. Pure.
enum IRCOutbound {
    /// The longest text of one line, as clients have long used it.
    static let textLimit = 350
    /// What `:nick!user@host` may take when the server has not told it yet.
    static let assumedSourceLength = 100

    /// The texts of the lines: Markdown without its marks, no control characters, no empty lines, none longer than
    /// `textLimit` bytes nor than the protocol's 512 with what the server puts before it.
    static func lines(_ text: String, target: String, sourceLength: Int?, tables: TableRendering) -> [String] {
        let overhead = 1 + (sourceLength ?? assumedSourceLength) + " PRIVMSG \(target) :\r\n".utf8.count
        let limit = max(16, min(textLimit, IRCMessage.lineLimit - overhead))
        let chunker = TextChunker(limit: limit, unit: .utf8Bytes)
        var lines: [String] = []
        for line in PlainText.render(normalized(text), tables: tables).split(separator: "\n") {
            let clean = IRCText.stripped(String(line))
            for chunk in chunker.split(clean) { lines += withinLimit(chunk, limit) }
        }
        return lines.filter { !$0.allSatisfy(\.isWhitespace) }
    }

    /// The target of a peer; nil when the text could address somebody else or end the command.
    static func target(_ peer: Peer) -> String? {
        let id = peer.id
        let isForbidden = { (byte: UInt8) in byte <= 0x20 || byte == 0x2C || byte == 0x7F }
        if id.isEmpty || id.utf8.count > 200 || id.utf8.contains(where: isForbidden) || ":$".contains(id.prefix(1)) {
            return nil
        }
        return id
    }

    private static func normalized(_ text: String) -> String {
        var output = String.UnicodeScalarView()
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            if scalar == "\r" || scalar == "\u{2028}" || scalar == "\u{2029}" || scalar == "\u{85}" {
                output.append("\n")
            } else if !(scalar == "\n" && previous == "\r") {
                output.append(scalar)
            }
            previous = scalar
        }
        return String(output)
    }

    /// One character can hold more bytes than a line; it is then cut between its scalars.
    private static func withinLimit(_ chunk: String, _ limit: Int) -> [String] {
        if chunk.utf8.count <= limit { return [chunk] }
        var parts: [String] = []
        var part = String.UnicodeScalarView()
        var used = 0
        for scalar in chunk.unicodeScalars {
            let width = UTF8.width(scalar)
            if used + width > limit {
                parts.append(String(part))
                part = String.UnicodeScalarView()
                used = 0
            }
            part.append(scalar)
            used += width
        }
        parts.append(String(part))
        return parts
    }
}
