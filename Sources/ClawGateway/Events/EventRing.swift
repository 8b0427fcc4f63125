import ClawProtocol
import NIOCore

/// The last broadcasts, so that a client can ask for what it missed. Bounded by count and by bytes.
struct EventRing {
    struct Entry: Sendable {
        let sequence: Int
        let name: EventName
        let frame: SharedFrame
    }

    private(set) var entries: [Entry] = []
    private var start = 0
    private var byteCount = 0
    private let maxCount: Int
    private let maxBytes: Int

    init(maxCount: Int, maxBytes: Int) {
        self.maxCount = maxCount
        self.maxBytes = maxBytes
    }

    mutating func append(_ entry: Entry) {
        if entry.frame.bytes.readableBytes > maxBytes { return }
        entries.append(entry)
        byteCount += entry.frame.bytes.readableBytes
        while entries.count - start > maxCount || byteCount > maxBytes {
            byteCount -= entries[start].frame.bytes.readableBytes
            start += 1
        }
        if start > maxCount {
            entries.removeFirst(start)
            start = 0
        }
    }

    /// What came after `sequence`; nil when some of it is gone already.
    func since(_ sequence: Int) -> [Entry]? {
        let kept = entries[start...]
        guard let first = kept.first else { return sequence == 0 ? [] : nil }
        if sequence < first.sequence - 1 { return nil }
        return kept.filter { $0.sequence > sequence }
    }
}
