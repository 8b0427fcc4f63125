/// What the network says about itself (numeric 005), as far as it matters here.
struct IRCNetwork: Sendable, Hashable {
    enum CaseMapping: String, Sendable, Hashable {
        case ascii
        case rfc1459
        case strictRFC1459 = "rfc1459-strict"
    }

    var caseMapping = CaseMapping.rfc1459
    var channelTypes: Set<Character> = ["#", "&"]
    /// Prefixes that address only part of a channel, as in `@#room`.
    var statusPrefixes: Set<Character> = []
    var hasWHOX = false

    mutating func read(_ message: IRCMessage) {
        for token in message.parameters.dropFirst().dropLast() {
            let pair = token.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = pair.count > 1 ? String(pair[1]) : ""
            switch pair[0].uppercased() {
            case "CASEMAPPING": caseMapping = CaseMapping(rawValue: value.lowercased()) ?? .ascii
            case "CHANTYPES": channelTypes = Set(value)
            case "STATUSMSG": statusPrefixes = Set(value)
            case "WHOX": hasWHOX = true
            default: break
            }
        }
    }

    /// The form in which two names are the same to this network.
    func fold(_ name: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in name.unicodeScalars {
            switch scalar {
            case "A"..."Z": scalars.append(Unicode.Scalar(UInt8(scalar.value) + 0x20))
            case "[" where caseMapping != .ascii: scalars.append("{")
            case "]" where caseMapping != .ascii: scalars.append("}")
            case "\\" where caseMapping != .ascii: scalars.append("|")
            case "~" where caseMapping == .rfc1459: scalars.append("^")
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }

    func isChannel(_ name: String) -> Bool { name.first.map(channelTypes.contains) ?? false }

    /// The channel that a target names, also when it is `@#room`; nil for a nick.
    func channel(of target: String) -> String? {
        var rest = target[...]
        while let first = rest.first, statusPrefixes.contains(first), !isChannel(String(rest)) { rest.removeFirst() }
        return isChannel(String(rest)) ? String(rest) : nil
    }
}
