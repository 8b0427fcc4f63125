import ClawCore
import ClawProtocol
import ClawSupport
import NIOCore

/// The last events, so that a client can ask for what it missed. Bounded by bytes and by age; what is evicted raises `floor`.
///
/// A text that is told again and again while it grows is kept once, with the places where it stood at each event: so a minute
/// of many streaming runs fits, and a client gets the pieces that it missed as one event.
package struct EventRing: Sendable {
    /// How much is kept.
    package struct Limits: Sendable, Hashable {
        /// Bytes of all that is kept, with what the bookkeeping costs.
        package var bytes = 2 << 20
        /// Bytes that are kept whatever their age.
        package var restingBytes = 128 << 10
        /// Milliseconds after which what exceeds `restingBytes` is dropped.
        package var age: Int64 = 60_000

        package init() {}
    }

    /// An event as it was sent.
    struct Frame: Sendable {
        /// Number of the broadcast; for an event to some connections, which has none, that of the broadcast before it.
        let sequence: Int
        let name: EventName
        let run: RunID?
        let session: String?
        /// The devices that it was for; nil for a broadcast.
        let devices: Set<String>?
        let json: ByteBuffer
        /// Milliseconds since 1970.
        let timestamp: Int64

        /// What a frame takes beyond its JSON: two blocks of memory with their heads, and a place in an array that grows by
        /// doubling. Measured as 385 bytes, the mean over the events of 2,000 turns.
        private static let overhead = 385

        var cost: Int { json.readableBytes + Self.overhead }
    }

    private(set) var frames: [Frame] = []
    private(set) var start = 0
    private(set) var logs: [TextLog.Key: TextLog] = [:]
    private(set) var byteCount = 0
    /// The number of the newest broadcast that is gone. Everything after it is here.
    private(set) var floor = 0
    let limits: Limits

    init(limits: Limits) { self.limits = limits }

    var count: Int { frames.count - start + logs.count }

    mutating func append(_ frame: Frame) {
        frames.append(frame)
        byteCount += frame.cost
        evictIfFull()
    }

    mutating func append(_ piece: TextLog.Piece, sequence: Int, timestamp: Int64) {
        let known = logs.removeValue(forKey: piece.key)
        byteCount -= known?.cost ?? 0
        var log = known ?? TextLog(piece.key, session: piece.session)
        log.append(piece, sequence: sequence, timestamp: timestamp, floor: floor)
        byteCount += log.cost
        logs[piece.key] = log
        evictIfFull()
    }

    /// Whether all broadcasts after `sequence` are here.
    func covers(_ sequence: Int) -> Bool { sequence >= floor }

    /// Forgets everything; what comes next has numbers greater than `sequence`.
    mutating func clear(upTo sequence: Int) {
        self = EventRing(limits: limits)
        floor = sequence
    }

    /// Drops what is old, except the little that is always kept.
    mutating func trim(now: Int64) {
        let horizon = now - limits.age
        evict(downTo: limits.restingBytes) { $0 < horizon }
        if start > 0 { compact() }
    }

    private mutating func evictIfFull() {
        if byteCount > limits.bytes { evict(downTo: limits.bytes / 4 * 3) { _ in true } }
        if start > max(64, frames.count / 2) { compact() }
    }

    /// Drops the oldest until `target` bytes are left or `isOld` says no to its time.
    private mutating func evict(downTo target: Int, _ isOld: (Int64) -> Bool) {
        if byteCount <= target { return }
        var oldLogs = logs.values.map { (key: $0.key, sequence: $0.lastSequence, timestamp: $0.lastTimestamp) }
            .sorted { $0.sequence > $1.sequence }
        while byteCount > target {
            let frame = start < frames.count ? frames[start] : nil
            if let log = oldLogs.last, log.sequence <= frame?.sequence ?? .max {
                guard isOld(log.timestamp) else { return }
                byteCount -= logs.removeValue(forKey: log.key)?.cost ?? 0
                floor = max(floor, log.sequence)
                oldLogs.removeLast()
            } else if let frame {
                guard isOld(frame.timestamp) else { return }
                byteCount -= frame.cost
                floor = max(floor, frame.sequence)
                start += 1
            } else {
                return
            }
        }
    }

    private mutating func compact() {
        frames = Array(frames[start...])
        start = 0
    }
}
