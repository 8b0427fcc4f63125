import ClawCore
import ClawSupport
import Testing

struct PayloadTests {
    private func message() -> InboundMessage {
        var message = InboundMessage(
            channel: ChannelID("irc"), account: .default, peer: Peer(kind: .group, id: "#garden", name: "Garden"),
            sender: Sender(principal: "account:ann", assurance: .authenticated, displayName: "Ann", username: "ann"),
            text: "Wann schneidet man Rosen?", timestamp: 1_772_352_000_000)
        message.thread = "t1"
        message.replyTo = "m0"
        message.messageID = "m1"
        message.wasMentioned = true
        message.parentPeer = Peer(kind: .channel, id: "#house")
        message.media = [MediaReference(path: "/m/a.png", mimeType: "image/png", byteCount: 12, fileName: "a.png")]
        return message
    }

    @Test func aMessageComesBackFromTheJournalAsItWas() {
        #expect(InboundMessage(payload: message().payload) == message())
    }

    @Test func aReplyComesBackFromTheOutboxAsItWas() throws {
        let agent = try #require(AgentID(normalizing: "main"))
        var reply = OutboundMessage(
            agent: agent, channel: ChannelID("irc"), account: AccountID("work"), peer: Peer(kind: .direct, id: "ann"),
            text: "Im März.", thread: "t1", replyTo: "m1")
        reply.media = [MediaReference(path: "/m/a.png", mimeType: "image/png", byteCount: 12)]
        #expect(OutboundMessage(payload: reply.payload) == reply)
    }

    @Test(arguments: ["kind", "channel", "account", "peer", "sender", "text"])
    func aPayloadWithoutAPartIsNoMessage(_ part: String) {
        var payload = message().payload
        payload[part] = nil
        #expect(InboundMessage(payload: payload) == nil)
    }

    @Test(arguments: [
        ("Main", "main"), ("My Agent!", "my-agent"), ("--x--", "x"), ("Ärger", "rger"),
        (String(repeating: "a", count: 80), String(repeating: "a", count: 64)),
    ])
    func agentIDsAreSlugs(_ text: String, _ id: String) {
        #expect(AgentID(normalizing: text)?.rawValue == id)
    }

    @Test func anAgentIDNeedsACharacter() { #expect(AgentID(normalizing: "!!!") == nil) }

    @Test func sessionKeysTellTheirParts() {
        let key = SessionKey(canonical: "agent:main:irc:group:#garden")
        #expect(key.agent?.rawValue == "main")
        #expect(key.rest == "irc:group:#garden")
        #expect(key.kind == "group")
        #expect(SessionKey.global.kind == "global")
        #expect(SessionKey.global.agent == nil)
    }

    @Test func modelReferencesSplitAtTheFirstSlash() {
        #expect(ModelReference("openrouter/anthropic/claude")?.model == "anthropic/claude")
        #expect(ModelReference("claude") == nil)
        #expect(ModelReference("/claude") == nil)
    }
}
