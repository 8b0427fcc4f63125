package import ClawCore
import ClawSupport

/// What becomes of the text of a run.
package struct ComposedReply: Sendable, Hashable {
    /// What people read; empty when the agent chose silence or wrote nothing.
    package var text: String
    /// The same as messages for the channel, split at its limit; empty for `webchat`.
    package var blocks: [OutboundMessage]
    /// The agent said that it says nothing. False when it merely wrote nothing.
    package var isSilent: Bool
    package var directives: ReplyDirectives
}

/// Turns the text of a run into messages. Silence is decided here, once, and is a value from here on: the token by
/// which a model expresses it is in no text that leaves this type.
package struct ReplyComposer: Sendable {
    package var agent: AgentID
    package var target: ReplyTarget
    /// Stands before an answer on a channel, in its first message; empty for none. Notices of this program have no prefix.
    package var prefix: String

    package init(agent: AgentID, target: ReplyTarget, prefix: String = "") {
        self.agent = agent
        self.target = target
        self.prefix = prefix
    }

    /// `parts` are the answers of a run's model calls in order, unfiltered.
    package func compose(_ parts: [String]) -> ComposedReply {
        let filters = parts.map { ReplyFilter(whole: $0) }
        var directives = ReplyDirectives()
        for filter in filters {
            directives.repliesToCurrent = directives.repliesToCurrent || filter.directives.repliesToCurrent
            directives.audioAsVoice = directives.audioAsVoice || filter.directives.audioAsVoice
            directives.replyTo = filter.directives.replyTo ?? directives.replyTo
            directives.media += filter.directives.media
        }
        var isSilent = filters.contains(where: \.sawSentinel)
        var texts: [String] = []
        for filter in filters {
            let stripped = Self.withoutHeartbeatToken(PromptText.trimmed(filter.text))
            isSilent = isSilent || stripped.isBareToken
            if !stripped.text.isEmpty { texts.append(stripped.text) }
        }
        texts += directives.media.map { "[attachment not sent: \(Self.fileName(of: $0))]" }
        let text = texts.joined(separator: "\n\n")
        return ComposedReply(
            text: text, blocks: blocks(of: prefixed(text), directives), isSilent: isSilent && text.isEmpty,
            directives: directives)
    }

    private func prefixed(_ text: String) -> String {
        prefix.isEmpty || text.isEmpty || text.hasPrefix(prefix) ? text : "\(prefix) \(text)"
    }

    /// Messages with a text of this program, such as an error.
    package func notice(_ text: String) -> [OutboundMessage] { blocks(of: text, ReplyDirectives()) }

    private func blocks(of text: String, _ directives: ReplyDirectives) -> [OutboundMessage] {
        guard let route = target.route, !text.isEmpty else { return [] }
        let replyTo = directives.replyTo ?? (directives.repliesToCurrent ? route.currentMessage : nil)
        let chunker = TextChunker(limit: route.textLimit, splitsParagraphs: route.splitsParagraphs)
        return chunker.split(text).enumerated().map { position, chunk in
            OutboundMessage(
                agent: agent, channel: route.channel, account: route.account, peer: route.peer, text: chunk,
                thread: route.thread, replyTo: position == 0 ? replyTo : nil)
        }
    }

    private static let heartbeatToken = "HEARTBEAT_OK"

    /// The text without the token of heartbeats at its edges; in the middle it is a word like others.
    private static func withoutHeartbeatToken(_ text: String) -> (text: String, isBareToken: Bool) {
        var kept = text
        var found = false
        while kept.hasPrefix(heartbeatToken) {
            kept = PromptText.trimmed(String(kept.dropFirst(heartbeatToken.count)))
            found = true
        }
        while kept.hasSuffix(heartbeatToken) {
            kept = PromptText.trimmed(String(kept.dropLast(heartbeatToken.count)))
            found = true
        }
        return (kept, found && kept.isEmpty)
    }

    /// Only the last part: a path tells people about the machine. It passes the filter again because a name may hold
    /// what the filter takes out.
    private static func fileName(of target: String) -> String {
        let name = target.split(separator: "/").last.map(String.init) ?? "file"
        let safe = ReplyFilter(whole: name).text
        return safe.isEmpty ? "file" : String(safe.prefix(80))
    }
}
