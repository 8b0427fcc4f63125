import ClawCore

/// The text of a run as watchers see it grow: the answers of its model calls, filtered, one after the other.
struct RunText: Sendable {
    /// The unfiltered answers of the calls that are over.
    private(set) var parts: [String] = []
    private var settled = ""
    private var shown = ""
    private var filter = ReplyFilter()
    private var current = ""
    private var thoughts = ""

    init() {}

    /// All answers so far, the unfinished one included.
    var allParts: [String] { current.isEmpty ? parts : parts + [current] }

    /// What watchers have seen.
    var visible: String { shown }

    /// Takes the pieces of one batch; returns the event for watchers, nil when nothing became visible.
    mutating func append(_ piece: String) -> RunEvent.Body? {
        current += piece
        let delta = filter.append(piece)
        return show(delta)
    }

    mutating func appendThought(_ piece: String) -> RunEvent.Body? {
        if piece.isEmpty { return nil }
        thoughts += piece
        return .thinking(full: thoughts, delta: piece)
    }

    /// The call is being made again: what it said is void.
    mutating func restart() -> RunEvent.Body? {
        current = ""
        thoughts = ""
        filter = ReplyFilter()
        if shown == settled { return nil }
        shown = settled
        return .text(full: shown, delta: "")
    }

    /// The call is over.
    mutating func close() -> RunEvent.Body? {
        let event = show(filter.finish())
        if !current.isEmpty { parts.append(current) }
        current = ""
        thoughts = ""
        filter = ReplyFilter()
        settled = shown
        return event
    }

    private mutating func show(_ delta: String) -> RunEvent.Body? {
        if delta.isEmpty { return nil }
        let piece = shown == settled && !settled.isEmpty ? "\n\n" + delta : delta
        shown += piece
        return .text(full: shown, delta: piece)
    }
}
