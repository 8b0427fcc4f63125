extension IRCMessage {
    /// The most tags and parameters that are read of a line.
    static let tagCountLimit = 64
    static let parameterCountLimit = 15

    /// Reads one line without its end; nil for an empty or malformed one. Bytes that are no UTF-8 read as U+FFFD.
    init?(line: [UInt8]) {
        if line.contains(where: { $0 == 0 || $0 == 0x0D || $0 == 0x0A }) { return nil }
        var words = IRCWords(line)
        var tags: [String: String] = [:]
        if words.next == UInt8(ascii: "@") {
            for tag in words.take().dropFirst().split(separator: UInt8(ascii: ";")).prefix(Self.tagCountLimit) {
                let pair = tag.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
                guard let key = pair.first, !key.isEmpty else { continue }
                tags[Self.text(key)] = pair.count > 1 ? IRCTagValue.unescape(Self.text(pair[1])[...]) : ""
            }
        }
        var source: IRCSource?
        if words.next == UInt8(ascii: ":") { source = IRCSource(Self.text(words.take().dropFirst())[...]) }
        let command = words.take()
        guard !command.isEmpty, command.allSatisfy(Self.isAlphanumeric) else { return nil }
        var parameters: [String] = []
        while let next = words.next {
            if next == UInt8(ascii: ":") {
                parameters.append(Self.text(words.takeRest().dropFirst()))
            } else if parameters.count == Self.parameterCountLimit - 1 {
                parameters.append(Self.text(words.takeRest()))
            } else {
                parameters.append(Self.text(words.take()))
            }
        }
        self.init(command: Self.text(command).uppercased(), parameters: parameters, tags: tags, source: source)
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// The words of a line. Bytes are cut, not characters, since a space and a combining mark after it make one character.
private struct IRCWords {
    private var rest: ArraySlice<UInt8>

    init(_ line: [UInt8]) { rest = line.drop { $0 == 0x20 } }

    var next: UInt8? { rest.first }

    mutating func take() -> ArraySlice<UInt8> {
        let word = rest.prefix { $0 != 0x20 }
        rest = rest[word.endIndex...].drop { $0 == 0x20 }
        return word
    }

    mutating func takeRest() -> ArraySlice<UInt8> {
        defer { rest = [] }
        return rest
    }
}

/// Cuts a stream of bytes into lines. What is kept of an unfinished line is bounded; a longer one is dropped whole.
struct IRCLineSplitter: Sendable {
    /// Tags of a server (8191 bytes) and a line, with room for servers that write longer ones.
    static let limit = 16 * 1024

    private var partial: [UInt8] = []
    private var isSkipping = false
    /// How many lines were too long.
    private(set) var droppedLines = 0

    /// The complete lines in `partial` and `bytes`, without line ends and without empty ones.
    mutating func take(_ bytes: some Sequence<UInt8>) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for byte in bytes {
            if byte == 0x0A || byte == 0x0D {
                if isSkipping {
                    isSkipping = false
                } else if !partial.isEmpty {
                    lines.append(partial)
                }
                partial.removeAll(keepingCapacity: true)
            } else if !isSkipping {
                partial.append(byte)
                if partial.count > Self.limit {
                    isSkipping = true
                    droppedLines += 1
                    partial.removeAll()
                }
            }
        }
        return lines
    }
}
