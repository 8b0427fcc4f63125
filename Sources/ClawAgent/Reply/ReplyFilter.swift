/// What an agent asked for with tags in its answer.
package struct ReplyDirectives: Sendable, Hashable {
    /// `[[reply_to_current]]`
    package var repliesToCurrent = false
    /// `[[reply_to:<id>]]`
    package var replyTo: String?
    /// `[[audio_as_voice]]`
    package var audioAsVoice = false
    /// What stood on `MEDIA:` lines: paths and URLs.
    package var media: [String] = []

    package init() {}
}

/// Takes the text of a model piece by piece and lets through what people may see: no directives, no `MEDIA:` lines, and
/// never the silence token. What could still become one of these is held back. The result does not depend on how the
/// text was cut into pieces.
package struct ReplyFilter: Sendable {
    /// The word by which a model says that it says nothing.
    package static let sentinel = "NO_REPLY"

    /// All that was let through.
    package private(set) var text = ""
    package private(set) var directives = ReplyDirectives()
    /// Whether the silence token was found and taken out.
    package private(set) var sawSentinel = false

    private var held: [UInt8] = []
    private var isLineStart = true
    private var isFenced = false
    /// Something was taken out after a visible character; two words must not grow together there.
    private var needsGap = false
    private var lastByte: UInt8?

    private static let sentinelBytes = Array(sentinel.utf8)
    private static let mediaBytes = Array("MEDIA:".utf8)
    private static let fenceBytes = Array("```".utf8)
    /// A tag is not longer than this; an opening bracket that finds no end within it is text.
    private static let longestTag = 200

    package init() {}

    /// The text of a whole answer in one go.
    package init(whole answer: String) {
        self.init()
        _ = append(answer)
        _ = finish()
    }

    /// Takes a piece and returns what became visible by it.
    package mutating func append(_ piece: String) -> String { take(Array(piece.utf8), isFinal: false) }

    /// Ends the text: what was held back is decided now.
    package mutating func finish() -> String { take([], isFinal: true) }

    private enum Step {
        /// Wait for more text.
        case hold
        /// Drop this many bytes.
        case skip(Int)
        /// Show this many bytes.
        case show(Int)
    }

    private mutating func take(_ piece: [UInt8], isFinal: Bool) -> String {
        let input = held + piece
        var output: [UInt8] = []
        output.reserveCapacity(input.count)
        var position = 0
        scan: while position < input.count {
            switch step(input[position...], isFinal: isFinal) {
            case .hold: break scan
            case .skip(let count): position += count
            case .show(let count):
                show(input[position..<position + count], in: &output)
                position += count
            }
        }
        held = Array(input[position...])
        let visible = String(decoding: output, as: UTF8.self)
        text += visible
        return visible
    }

    private mutating func step(_ rest: ArraySlice<UInt8>, isFinal: Bool) -> Step {
        guard let first = rest.first else { return .hold }
        // An answer does not begin with white space, and what was taken out leaves no double space.
        if lastByte == nil, Self.isSpace(first) { return .skip(1) }
        if needsGap, first == UInt8(ascii: " "), lastByte.map(Self.isSpace) ?? true { return .skip(1) }
        if isLineStart, let step = lineStep(rest, isFinal: isFinal) { return step }
        switch first {
        case Self.sentinelBytes[0]:
            if rest.starts(with: Self.sentinelBytes) {
                sawSentinel = true
                needsGap = true
                return .skip(Self.sentinelBytes.count)
            }
            return Self.sentinelBytes.starts(with: rest) && !isFinal ? .hold : .show(1)
        case UInt8(ascii: "["): return tagStep(rest, isFinal: isFinal)
        default:
            // Everything up to the next byte that can begin something goes in one piece.
            var end = rest.startIndex + 1
            while end < rest.endIndex, rest[end] != Self.sentinelBytes[0], rest[end] != UInt8(ascii: "["),
                rest[end - 1] != UInt8(ascii: "\n")
            {
                end += 1
            }
            return .show(end - rest.startIndex)
        }
    }

    /// What a line begins with; nil when it is a line like others.
    private mutating func lineStep(_ rest: ArraySlice<UInt8>, isFinal: Bool) -> Step? {
        if rest.starts(with: Self.fenceBytes) {
            isFenced.toggle()
            return .show(3)
        }
        if Self.fenceBytes.starts(with: rest), !isFinal { return .hold }
        if isFenced { return nil }
        guard rest.starts(with: Self.mediaBytes) else {
            return Self.mediaBytes.starts(with: rest) && !isFinal ? .hold : nil
        }
        let end = rest.firstIndex(of: UInt8(ascii: "\n"))
        if end == nil, !isFinal { return .hold }
        let line = rest[(rest.startIndex + Self.mediaBytes.count)..<(end ?? rest.endIndex)]
        let target = PromptText.trimmed(String(decoding: line, as: UTF8.self))
        if !target.isEmpty, directives.media.count < 32 { directives.media.append(target) }
        return .skip((end.map { $0 + 1 } ?? rest.endIndex) - rest.startIndex)
    }

    private mutating func tagStep(_ rest: ArraySlice<UInt8>, isFinal: Bool) -> Step {
        let second = rest.startIndex + 1
        guard second < rest.endIndex else { return isFinal ? .show(1) : .hold }
        guard rest[second] == UInt8(ascii: "[") else { return .show(1) }
        let window = rest[(second + 1)...].prefix(Self.longestTag)
        let stop = window.firstIndex { $0 == UInt8(ascii: "]") || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "\n") }
        guard let stop else { return window.count < Self.longestTag && !isFinal ? .hold : .show(1) }
        guard rest[stop] == UInt8(ascii: "]") else { return .show(1) }
        guard stop + 1 < rest.endIndex else { return isFinal ? .show(1) : .hold }
        guard rest[stop + 1] == UInt8(ascii: "]"), note(String(decoding: rest[(second + 1)..<stop], as: UTF8.self))
        else {
            return .show(1)
        }
        needsGap = true
        return .skip(stop + 2 - rest.startIndex)
    }

    /// Remembers a directive; false when the brackets hold something else.
    private mutating func note(_ tag: String) -> Bool {
        let parts = tag.split(separator: ":", maxSplits: 1).map { PromptText.trimmed(String($0)) }
        switch (parts.first?.lowercased(), parts.count) {
        case ("reply_to_current", 1): directives.repliesToCurrent = true
        case ("audio_as_voice", 1): directives.audioAsVoice = true
        case ("reply_to", 2):
            if !parts[1].isEmpty { directives.replyTo = parts[1] }
        default: return false
        }
        return true
    }

    private mutating func show(_ bytes: ArraySlice<UInt8>, in output: inout [UInt8]) {
        guard let first = bytes.first, let last = bytes.last else { return }
        if needsGap, let lastByte, !Self.isSpace(lastByte), !Self.isSpace(first) { output.append(UInt8(ascii: " ")) }
        needsGap = false
        output.append(contentsOf: bytes)
        lastByte = last
        isLineStart = last == UInt8(ascii: "\n")
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t")
            || byte == UInt8(ascii: "\r")
    }
}
