package import ClawCore
import ClawSupport

/// The part of a transcript that a model may read, oldest first.
package struct TranscriptWindow: Sendable, Hashable {
    /// One message with the entry it comes from, so that a compaction can name what it keeps.
    package struct Item: Sendable, Hashable {
        package var entryID: String
        package var message: ModelMessage

        package init(entryID: String, message: ModelMessage) {
            self.entryID = entryID
            self.message = message
        }
    }

    /// The compaction that the window begins with.
    package struct Compaction: Sendable, Hashable {
        package var entryID: String
        package var summary: String
        package var firstKeptEntryID: String
        package var tokensBefore: Int

        package init(entryID: String, summary: String, firstKeptEntryID: String, tokensBefore: Int) {
            self.entryID = entryID
            self.summary = summary
            self.firstKeptEntryID = firstKeptEntryID
            self.tokensBefore = tokensBefore
        }
    }

    /// A compaction's summary is the first item, as a user message with the compaction's entry id.
    package var items: [Item]
    package var compaction: Compaction?
    /// The entry that the next one follows; nil when the transcript is empty.
    package var leafID: String?
    /// What `thinking_level_change` and `model_change` entries in the window say last.
    package var thinkingLevel: String?
    package var model: ModelReference?
    /// Whether older messages were left out because of the limit.
    package var isTruncated: Bool

    package init(
        items: [Item] = [], compaction: Compaction? = nil, leafID: String? = nil, thinkingLevel: String? = nil,
        model: ModelReference? = nil, isTruncated: Bool = false
    ) {
        self.items = items
        self.compaction = compaction
        self.leafID = leafID
        self.thinkingLevel = thinkingLevel
        self.model = model
        self.isTruncated = isTruncated
    }

    package var messages: [ModelMessage] { items.map(\.message) }

    /// Drops messages from the front until `limit` are left, and then those that answer a tool call which is not there.
    mutating func trim(to limit: Int) {
        if items.count > limit {
            items.removeFirst(items.count - limit)
            isTruncated = true
        }
        guard isTruncated else { return }
        let orphans = items.prefix { if case .toolResult = $0.message { true } else { false } }.count
        items.removeFirst(orphans)
    }
}
