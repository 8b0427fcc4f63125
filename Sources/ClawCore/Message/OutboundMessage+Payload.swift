package import ClawSupport

extension OutboundMessage {
    /// The message as an outbox row of the journal keeps it.
    package var payload: JSONValue {
        var object: JSONObject = [
            "kind": .string(kind.rawValue), "agent": .string(agent.rawValue), "channel": .string(channel.rawValue),
            "account": .string(account.rawValue), "peer": peer.payload, "text": .string(text),
        ]
        object.set("thread", thread)
        object.set("replyTo", replyTo)
        if !media.isEmpty { object["media"] = .array(media.map(\.payload)) }
        return .object(object)
    }

    /// Reads what `payload` wrote; nil when a part that every message has is missing.
    package init?(payload: JSONValue) {
        guard let kind = payload["kind"]?.stringValue.flatMap(Kind.init(rawValue:)),
            let agent = payload["agent"]?.stringValue.flatMap(AgentID.init(normalizing:)),
            let channel = payload["channel"]?.stringValue, let account = payload["account"]?.stringValue,
            let peer = payload["peer"].flatMap(Peer.init(payload:)), let text = payload["text"]?.stringValue
        else { return nil }
        self.init(
            kind: kind, agent: agent, channel: ChannelID(channel), account: AccountID(account), peer: peer, text: text,
            thread: payload["thread"]?.stringValue, replyTo: payload["replyTo"]?.stringValue)
        media = payload["media"]?.arrayValue?.compactMap(MediaReference.init(payload:)) ?? []
    }
}
