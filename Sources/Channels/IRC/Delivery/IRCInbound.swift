import ClawCore
import ClawSupport

/// Turns lines of the server into messages. Pure.
struct IRCInbound: Sendable, Hashable {
    let channel: ChannelID
    let account: AccountID
    /// The nick that the bot has now.
    var nick: String
    var network: IRCNetwork

    /// The message that a person sent, or nil: notices and CTCP queries are never answered, since two programs that answer
    /// each other never stop; own lines and those of servers are nobody's.
    /// - Parameters:
    ///   - services: The services account of the sender where the network vouches for it.
    ///   - now: Milliseconds since 1970, for a line without a time.
    func translate(_ line: IRCMessage, services: String?, now: Int64) -> InboundMessage? {
        guard line.command == "PRIVMSG", line.parameters.count >= 2, let source = line.source, source.isFull else {
            return nil
        }
        if network.fold(source.nick) == network.fold(nick) { return nil }
        guard let body = body(line.parameters[1], from: source.nick) else { return nil }
        let room = network.channel(of: line.parameters[0])
        // Whoever is addressed that is neither a channel nor the bot, such as `$*`, is a broadcast.
        if room == nil, network.fold(line.parameters[0]) != network.fold(nick) { return nil }
        let address = address(in: body.text)
        let peer: Peer =
            room.map { Peer(kind: .group, id: network.fold($0), name: $0) }
            ?? Peer(kind: .direct, id: network.fold(source.nick), name: source.nick)
        var message = InboundMessage(
            channel: channel, account: account, peer: peer, sender: sender(source, services: services),
            text: room != nil && !body.isAction ? address.rest : body.text,
            timestamp: line.tags["time"].flatMap(ISOTimestamp.parse) ?? now)
        message.messageID = line.tags["msgid"].flatMap { $0.isEmpty ? nil : $0 }
        message.wasMentioned = room == nil || address.isMention
        return message
    }

    private func sender(_ source: IRCSource, services: String?) -> Sender {
        // An account with characters that no services allow could read as something else, so it counts for nothing.
        let isPlain = { (byte: UInt8) in byte > 0x20 && byte != 0x21 && byte != 0x2A && byte != 0x3A && byte != 0x7F }
        if let services, !services.isEmpty, services.utf8.allSatisfy(isPlain) {
            return Sender(
                principal: "account:\(services)", assurance: .authenticated, displayName: source.nick,
                username: source.nick)
        }
        return Sender(
            principal: source.description, assurance: .claimed, displayName: source.nick, username: source.nick)
    }

    private func body(_ raw: String, from nick: String) -> (text: String, isAction: Bool)? {
        var text = raw[...]
        var isAction = false
        if text.unicodeScalars.first?.value == 1 {
            guard raw.hasPrefix("\u{1}ACTION ") else { return nil }
            text = text.dropFirst("\u{1}ACTION ".count)
            isAction = true
        }
        var clean = IRCText.stripped(String(text))[...]
        while clean.first?.isWhitespace == true { clean.removeFirst() }
        while clean.last?.isWhitespace == true { clean.removeLast() }
        if clean.isEmpty { return nil }
        return (isAction ? "* \(nick) \(clean)" : String(clean), isAction)
    }

    /// Whether the text names the bot as a word, and the text without an address such as `nick:` at its start.
    private func address(in text: String) -> (isMention: Bool, rest: String) {
        let words = network.fold(text)
        let name = network.fold(nick)
        // Folding maps single bytes to single bytes, so offsets hold in both texts.
        let haystack = Array(words.utf8)
        let needle = Array(name.utf8)
        if needle.isEmpty || haystack.count < needle.count { return (false, text) }
        var found = false
        for start in 0...(haystack.count - needle.count) where haystack[start] == needle[0] {
            let end = start + needle.count
            guard haystack[start..<end].elementsEqual(needle) else { continue }
            let isOpen = start == 0 || !Self.isNickByte(haystack[start - 1])
            let isClosed = end == haystack.count || !Self.isNickByte(haystack[end])
            guard isOpen, isClosed else { continue }
            found = true
            if start == 0, end < haystack.count, ":,".utf8.contains(haystack[end]) {
                let rest = String(decoding: Array(text.utf8)[(end + 1)...].drop { $0 == 0x20 }, as: UTF8.self)
                return (true, rest.isEmpty ? text : rest)
            }
        }
        return (found, text)
    }

    /// Letters, digits, the special characters of nicks, and every byte of other scripts.
    private static func isNickByte(_ byte: UInt8) -> Bool {
        IRCMessage.isAlphanumeric(byte) || byte >= 0x80 || "-_[]{}\\|^`".utf8.contains(byte)
    }
}
