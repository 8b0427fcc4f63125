/// Who a line comes from: a server, or `nick!user@host`.
struct IRCSource: Sendable, Hashable, CustomStringConvertible {
    var nick: String
    var user: String?
    var host: String?

    init(nick: String, user: String? = nil, host: String? = nil) {
        self.nick = nick
        self.user = user
        self.host = host
    }

    init(_ text: Substring) {
        let parts = text.split(separator: "@", maxSplits: 1)
        let names = (parts.first ?? "").split(separator: "!", maxSplits: 1)
        nick = String(names.first ?? "")
        user = names.count > 1 ? String(names[1]) : nil
        host = parts.count > 1 ? String(parts[1]) : nil
    }

    /// `nick!user@host`, or only the nick where the rest is missing.
    var description: String {
        var text = nick
        if let user { text += "!\(user)" }
        if let host { text += "@\(host)" }
        return text
    }

    /// Whether all three parts are there, as they are for people.
    var isFull: Bool { !nick.isEmpty && user?.isEmpty == false && host?.isEmpty == false }
}

/// One line of the protocol (RFC 1459, RFC 2812, IRCv3 message-tags), without its line end.
struct IRCMessage: Sendable, Hashable {
    var tags: [String: String] = [:]
    var source: IRCSource?
    /// Upper case, or three digits.
    var command: String
    var parameters: [String]

    init(_ command: String, _ parameters: String..., tags: [String: String] = [:], source: IRCSource? = nil) {
        self.init(command: command, parameters: parameters, tags: tags, source: source)
    }

    init(command: String, parameters: [String], tags: [String: String] = [:], source: IRCSource? = nil) {
        self.command = command
        self.parameters = parameters
        self.tags = tags
        self.source = source
    }

    /// The number of a numeric reply.
    var numeric: Int? { command.utf8.count == 3 ? Int(command) : nil }

    /// The last parameter, which holds the sentence for people.
    var text: String { parameters.last ?? "" }

    func parameter(_ index: Int) -> String { index < parameters.count ? parameters[index] : "" }
}

/// Why a line cannot be written.
enum IRCEncodingError: Error, Sendable, Hashable {
    /// CR, LF or NUL would end the line early and start another command.
    case lineBreak
    /// A parameter that is not the last one is empty, holds a space or starts with a colon.
    case parameter(String)
    case command(String)
    case tag(String)
    case tooLong(bytes: Int)
}

extension IRCMessage {
    /// The longest line without tags, line end included (RFC 1459 §2.3).
    static let lineLimit = 512
    /// The longest tag section a client may send, `@` and the space after it included.
    static let clientTagLimit = 4096

    /// The bytes of the line with its end. Nothing in a message can break out of its line.
    func encoded() throws(IRCEncodingError) -> [UInt8] {
        guard !command.isEmpty, command.utf8.allSatisfy(Self.isAlphanumeric) else { throw .command(command) }
        var line = command
        for (position, parameter) in parameters.enumerated() {
            if Self.breaksLine(parameter) { throw .lineBreak }
            let isLast = position == parameters.count - 1
            let needsColon = parameter.isEmpty || parameter.utf8.contains(0x20) || parameter.utf8.first == 0x3A
            if !isLast, needsColon { throw .parameter(parameter) }
            line += needsColon || isLast && Self.carriesText(command) ? " :\(parameter)" : " \(parameter)"
        }
        if line.utf8.count + 2 > Self.lineLimit { throw .tooLong(bytes: line.utf8.count + 2) }
        let head = try encodedTags()
        return Array((head + line).utf8) + [0x0D, 0x0A]
    }

    /// What people read goes behind a colon also when it is one word, as every client writes it.
    private static func carriesText(_ command: String) -> Bool {
        command == "PRIVMSG" || command == "NOTICE" || command == "QUIT" || command == "USER"
    }

    private static func breaksLine(_ text: String) -> Bool {
        text.utf8.contains { $0 == 0x0D || $0 == 0x0A || $0 == 0 }
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private func encodedTags() throws(IRCEncodingError) -> String {
        if tags.isEmpty { return "" }
        var parts: [String] = []
        for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
            let isName = key.utf8.allSatisfy { Self.isAlphanumeric($0) || "-+./".utf8.contains($0) }
            if key.isEmpty || !isName { throw .tag(key) }
            if value.utf8.contains(0) { throw .lineBreak }
            parts.append(value.isEmpty ? key : "\(key)=\(IRCTagValue.escape(value))")
        }
        let text = "@\(parts.joined(separator: ";")) "
        if text.utf8.count > Self.clientTagLimit { throw .tooLong(bytes: text.utf8.count) }
        return text
    }
}

/// The escapes of tag values.
enum IRCTagValue {
    static func escape(_ value: String) -> String {
        var text = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case ";": text += "\\:"
            case " ": text += "\\s"
            case "\\": text += "\\\\"
            case "\r": text += "\\r"
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    static func unescape(_ value: Substring) -> String {
        var text = ""
        var isEscaped = false
        for scalar in value.unicodeScalars {
            if isEscaped {
                isEscaped = false
                switch scalar {
                case ":": text += ";"
                case "s": text += " "
                case "r": text += "\r"
                case "n": text += "\n"
                default: text.unicodeScalars.append(scalar)
                }
            } else if scalar == "\\" {
                isEscaped = true
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
