package import ClawCore
import ClawSupport

/// One turn as it starts: the message that gives its settings, and the ones that were collected into it.
package struct TurnBatch: Sendable, Hashable {
    /// The newest message; its run id and reply target are the turn's.
    package var lead: PendingTurn
    /// The older ones, whose rows end as merged into the lead's.
    package var merged: [PendingTurn]
    /// What the person said, as the model reads it.
    package var text: String
    package var images: [ContentBlock]

    /// A turn of one message, after a note on what was dropped before it.
    package init(lead: PendingTurn, summary: [String] = []) {
        self.lead = lead
        merged = []
        text = summary.isEmpty ? lead.text : Self.summaryText(summary) + "\n\n" + lead.text
        images = lead.images
    }

    /// One turn for texts that one sender wrote in short order; `items` is not empty and in order of arrival.
    package init(gathering items: [PendingTurn]) {
        var items = items
        text = items.map(\.text).joined(separator: "\n")
        images = items.flatMap(\.images)
        lead = items.removeLast()
        merged = items
    }

    /// One turn for all that waited; `items` is not empty and in order of arrival.
    package init(collecting items: [PendingTurn], summary: [String]) {
        var items = items
        var parts = ["[Queued messages while agent was busy]"]
        if !summary.isEmpty { parts.append(Self.summaryText(summary)) }
        for (position, item) in items.enumerated() {
            parts.append("---\nQueued #\(position + 1)\n\(item.text)")
        }
        images = items.flatMap(\.images)
        lead = items.removeLast()
        merged = items
        text = parts.joined(separator: "\n\n")
    }

    /// The line that stands for a message that was dropped: its first 160 characters on one line.
    static func summaryLine(of text: String) -> String {
        let flat = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return flat.count <= 160 ? flat : String(flat.prefix(159)) + "…"
    }

    private static func summaryText(_ lines: [String]) -> String {
        let title = "[Dropped \(lines.count) older message\(lines.count == 1 ? "" : "s") because the queue was full]"
        return ([title] + lines.map { "- " + $0 }).joined(separator: "\n")
    }
}
