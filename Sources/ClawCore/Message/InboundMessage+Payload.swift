package import ClawSupport

extension InboundMessage {
    /// The message as the journal keeps it.
    package var payload: JSONValue {
        var object: JSONObject = [
            "kind": .string(kind.rawValue), "channel": .string(channel.rawValue), "account": .string(account.rawValue),
            "peer": peer.payload, "sender": sender.payload, "text": .string(text), "timestamp": .int64(timestamp),
        ]
        object.set("parentPeer", parentPeer?.payload)
        object.set("thread", thread)
        object.set("replyTo", replyTo)
        object.set("messageId", messageID)
        object.set("wasMentioned", wasMentioned)
        if !media.isEmpty { object["media"] = .array(media.map(\.payload)) }
        return .object(object)
    }

    /// Reads what `payload` wrote; nil when a part that every message has is missing.
    package init?(payload: JSONValue) {
        guard let kind = payload["kind"]?.stringValue.flatMap(Kind.init(rawValue:)),
            let channel = payload["channel"]?.stringValue, let account = payload["account"]?.stringValue,
            let peer = payload["peer"].flatMap(Peer.init(payload:)),
            let sender = payload["sender"].flatMap(Sender.init(payload:)), let text = payload["text"]?.stringValue
        else { return nil }
        self.init(
            kind: kind, channel: ChannelID(channel), account: AccountID(account), peer: peer, sender: sender,
            text: text,
            timestamp: Int64(payload["timestamp"]?.quantityValue ?? 0))
        parentPeer = payload["parentPeer"].flatMap(Peer.init(payload:))
        thread = payload["thread"]?.stringValue
        replyTo = payload["replyTo"]?.stringValue
        messageID = payload["messageId"]?.stringValue
        wasMentioned = payload["wasMentioned"]?.boolValue
        media = payload["media"]?.arrayValue?.compactMap(MediaReference.init(payload:)) ?? []
    }
}

extension Peer {
    package var payload: JSONValue {
        var object: JSONObject = ["kind": .string(kind.rawValue), "id": .string(id)]
        object.set("name", name)
        return .object(object)
    }

    package init?(payload: JSONValue) {
        guard let kind = payload["kind"]?.stringValue.flatMap(ChatKind.init(rawValue:)),
            let id = payload["id"]?.stringValue
        else { return nil }
        self.init(kind: kind, id: id, name: payload["name"]?.stringValue)
    }
}

extension Sender {
    package var payload: JSONValue {
        var object: JSONObject = [
            "principal": .string(principal), "assurance": .string(assurance.rawValue), "name": .string(displayName),
        ]
        object.set("username", username)
        return .object(object)
    }

    package init?(payload: JSONValue) {
        guard let principal = payload["principal"]?.stringValue,
            let assurance = payload["assurance"]?.stringValue.flatMap(Assurance.init(rawValue:))
        else { return nil }
        self.init(
            principal: principal, assurance: assurance, displayName: payload["name"]?.stringValue ?? principal,
            username: payload["username"]?.stringValue)
    }
}

extension MediaReference {
    package var payload: JSONValue {
        var object: JSONObject = [
            "path": .string(path), "mimeType": .string(mimeType), "bytes": .int(byteCount),
        ]
        object.set("fileName", fileName)
        return .object(object)
    }

    package init?(payload: JSONValue) {
        guard let path = payload["path"]?.stringValue, let type = payload["mimeType"]?.stringValue else { return nil }
        self.init(
            path: path, mimeType: type, byteCount: payload["bytes"]?.intValue ?? 0,
            fileName: payload["fileName"]?.stringValue)
    }
}
