package import ClawSupport

/// Makes of transcript entries what `chat.history` shows: without internals, with bounded sizes (gateway-methods §2).
package struct HistorySanitizer: Sendable {
    /// Characters of one text, thinking text or string argument.
    package static let textLimit = 12_000
    /// Bytes of one message as JSON.
    package static let messageLimit = 128 << 10
    /// Bytes of all messages together as JSON.
    package static let totalLimit = 6 << 20
    private static let cut = "\n...(truncated)..."

    package init() {}

    /// The messages to show, oldest first, at most `limit` and at most `totalLimit` bytes.
    package func messages(from entries: [JSONObject], limit: Int) -> [JSONValue] {
        visible(entries, limit: limit).map(\.shown)
    }

    /// The same with each message as it is stored.
    func visible(_ entries: [JSONObject], limit: Int) -> [(shown: JSONValue, stored: JSONValue)] {
        var visible: [(shown: JSONValue, stored: JSONValue)] = []
        var total = 0
        for entry in entries.reversed() where visible.count < limit {
            guard let message = message(from: entry) else { continue }
            let bounded = bound(message)
            total += bounded.bytes.count
            if total > Self.totalLimit, !visible.isEmpty { break }
            visible.append((bounded, entry["message"] ?? .null))
        }
        return visible.reversed()
    }

    private func message(from entry: JSONObject) -> JSONValue? {
        switch entry["type"]?.stringValue {
        case "message": entry["message"]?.objectValue.flatMap(clean)
        case "compaction": compactionMarker(entry)
        default: nil
        }
    }

    private func compactionMarker(_ entry: JSONObject) -> JSONValue {
        var mark: JSONObject = ["kind": "compaction"]
        mark.set("id", entry["id"]?.stringValue)
        let time = entry["timestamp"]?.stringValue.flatMap(ISOTimestamp.parse) ?? 0
        return [
            "role": "system", "content": [["type": "text", "text": "Compaction"]], "timestamp": .int64(time),
            "__openclaw": .object(mark),
        ]
    }

    private func clean(_ message: JSONObject) -> JSONValue? {
        var message = message
        for key in ["details", "usage", "cost"] { message[key] = nil }
        let role = message["role"]?.stringValue ?? ""
        switch message["content"] {
        case .string(let text)?:
            let shown = displayText(text, role: role)
            if role == "assistant", SilentReply.isSilent(text) { return nil }
            message["content"] = .string(shown)
        case .array(let blocks)?:
            if role == "assistant", isSilent(blocks) { return nil }
            message["content"] = .array(blocks.map { cleanBlock($0, role: role) })
        default: break
        }
        return .object(message)
    }

    private func isSilent(_ blocks: [JSONValue]) -> Bool {
        let hasCall = blocks.contains { $0["type"]?.stringValue != "text" && $0["type"]?.stringValue != "thinking" }
        if hasCall { return false }
        let text = blocks.filter { $0["type"]?.stringValue == "text" }.compactMap { $0["text"]?.stringValue }.joined()
        return SilentReply.isSilent(text)
    }

    private func cleanBlock(_ block: JSONValue, role: String) -> JSONValue {
        guard var object = block.objectValue else { return block }
        object["thinkingSignature"] = nil
        object["textSignature"] = nil
        object["thoughtSignature"] = nil
        if object["type"]?.stringValue == "image" {
            let count = object["data"]?.stringValue?.utf8.count ?? object["bytes"]?.intValue ?? 0
            object["data"] = nil
            object["omitted"] = true
            object["bytes"] = .int(count)
            return .object(object)
        }
        if let text = object["text"]?.stringValue { object["text"] = .string(displayText(text, role: role)) }
        for key in ["thinking", "partialJson"] {
            if let text = object[key]?.stringValue { object[key] = .string(shorten(text)) }
        }
        switch object["arguments"] {
        case .string(let text)?: object["arguments"] = .string(shorten(text))
        case .object(let arguments)?:
            object["arguments"] = .object(
                JSONObject(
                    arguments.map { key, value in (key, value.stringValue.map { .string(shorten($0)) } ?? value) }))
        default: break
        }
        return .object(object)
    }

    private func displayText(_ text: String, role: String) -> String {
        var text = DisplayText.withoutDirectives(text)
        if role == "user" { text = DisplayText.withoutEnvelope(text) }
        return shorten(text)
    }

    private func shorten(_ text: String) -> String {
        if text.utf8.count <= Self.textLimit { return text }
        let head = text.prefix(Self.textLimit)
        return head.endIndex == text.endIndex ? text : head + Self.cut
    }

    private func bound(_ message: JSONValue) -> JSONValue {
        if message.bytes.count <= Self.messageLimit { return message }
        return [
            "role": message["role"] ?? "assistant", "timestamp": message["timestamp"] ?? 0,
            "content": [["type": "text", "text": "[chat.history omitted: message too large]"]],
            "__openclaw": ["truncated": true, "reason": "oversized"],
        ]
    }
}

/// The word with which an agent says that it says nothing.
package enum SilentReply {
    package static let token = "NO_REPLY"

    /// Whether the whole text, white space aside, is the word.
    package static func isSilent(_ text: String) -> Bool {
        if text.utf8.count > 64 { return false }
        return text.trimmingWhitespace == token
    }
}

/// What is taken out of a text before a person sees it.
package enum DisplayText {
    /// Without `[[reply_to_current]]`, `[[reply_to: id]]` and `[[audio_as_voice]]`.
    package static func withoutDirectives(_ text: String) -> String {
        guard text.contains("[[") else { return text }
        var output = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "[[") {
            output += rest[..<open.lowerBound]
            guard let close = rest[open.upperBound...].firstRange(of: "]]") else {
                return output + rest[open.lowerBound...]
            }
            let inner = rest[open.upperBound..<close.lowerBound]
            let name = inner.split(separator: ":", maxSplits: 1).first.map {
                String($0).trimmingWhitespace.lowercased()
            }
            if !["reply_to_current", "reply_to", "audio_as_voice"].contains(name) {
                output += rest[open.lowerBound..<close.upperBound]
            }
            rest = rest[close.upperBound...]
        }
        return output + rest
    }

    /// Without the header `[Channel sender time] ` and the lines `[message_id: …]` that only the model is to see.
    package static func withoutEnvelope(_ text: String) -> String {
        var text = text[...]
        if text.first == "[", let close = text.firstIndex(of: "]") {
            let header = text[..<close]
            let after = text[text.index(after: close)...]
            if after.first == " ", !header.contains("\n"), header.contains(where: \.isNumber), header.contains(":") {
                text = after.dropFirst()
            }
        }
        guard text.contains("[message_id:") else { return String(text) }
        return text.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !($0.hasPrefix("[message_id:") && $0.hasSuffix("]")) }
            .joined(separator: "\n")
    }
}
