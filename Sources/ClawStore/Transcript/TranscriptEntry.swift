package import ClawCore
package import ClawSupport

/// One line of a transcript after the header.
package struct TranscriptEntry: Sendable, Hashable {
    package enum Body: Sendable, Hashable {
        /// `extras` are further members of the message, such as `provenance` or `idempotencyKey`.
        case message(ModelMessage, extras: JSONObject)
        /// Any other type: its members with `type`, without id, parent and timestamp.
        case other(JSONObject)
    }

    /// Eight hexadecimal digits, unique in the file.
    package var id: String
    /// The entry before this one; the store sets it when it records the entry.
    package var parentID: String?
    /// Milliseconds since 1970.
    package var timestamp: Int64
    package var body: Body

    package init(id: String, parentID: String? = nil, timestamp: Int64, body: Body) {
        self.id = id
        self.parentID = parentID
        self.timestamp = timestamp
        self.body = body
    }

    /// An entry of `type: "message"` with a fresh id and the message's own time.
    package init(_ message: ModelMessage, extras: JSONObject = [:], entropy: any Entropy) {
        self.init(
            id: Self.makeID(entropy), timestamp: message.timestamp, body: .message(message, extras: extras))
    }

    /// An entry of another type with a fresh id. `fields` hold its members with `type`.
    package init(_ fields: JSONObject, timestamp: Int64, entropy: any Entropy) {
        self.init(id: Self.makeID(entropy), timestamp: timestamp, body: .other(fields))
    }

    package static func makeID(_ entropy: any Entropy) -> String { HexText.encode(entropy.bytes(4)) }

    /// The members in the order of the file format.
    package var json: JSONObject {
        var object = JSONObject()
        switch body {
        case .message(let message, let extras):
            object["type"] = "message"
            setIdentity(&object)
            var content = MessageCoding.encode(message)
            for (key, value) in extras { content[key] = value }
            object["message"] = .object(content)
        case .other(let fields):
            object["type"] = fields["type"] ?? "custom"
            setIdentity(&object)
            for (key, value) in fields where key != "type" { object[key] = value }
        }
        return object
    }

    private func setIdentity(_ object: inout JSONObject) {
        object["id"] = .string(id)
        object["parentId"] = .nullable(parentID)
        object["timestamp"] = .string(ISOTimestamp.format(milliseconds: timestamp))
    }

    /// The line with its newline.
    var line: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        JSONValue.object(json).write(into: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }
}

extension ModelMessage {
    /// When it was said, in milliseconds since 1970.
    package var timestamp: Int64 {
        switch self {
        case .user(let message): message.timestamp
        case .assistant(let message): message.timestamp
        case .toolResult(let message): message.timestamp
        }
    }
}
