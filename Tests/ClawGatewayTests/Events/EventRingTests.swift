import ClawCore
import ClawProtocol
import NIOCore
import Testing

@testable import ClawGateway

/// The ring counts what it holds, so that its bound is one however long a Gateway runs.
struct EventRingTests {
    private func frame(_ sequence: Int) -> EventRing.Frame {
        EventRing.Frame(
            sequence: sequence, name: .chat, run: nil, session: nil, devices: nil, json: ByteBuffer(string: "{}"),
            timestamp: 0)
    }

    /// What the ring holds, counted anew.
    private func held(_ ring: EventRing) -> Int {
        ring.frames[ring.start...].reduce(0) { $0 + $1.cost } + ring.logs.values.reduce(0) { $0 + $1.cost }
    }

    @Test func manyShortRunsStayWithinTheBound() {
        var limits = EventRing.Limits()
        limits.bytes = 100_000
        var ring = EventRing(limits: limits)
        var sequence = 0
        for run in 0..<2000 {
            for full in ["a", "ab"] {
                sequence += 1
                ring.append(
                    TextLog.Piece(
                        key: TextLog.Key(run: RunID("run-\(run)"), kind: .chat), session: .global,
                        runSequence: sequence,
                        timestamp: 0, full: full), sequence: sequence, timestamp: 0)
            }
            sequence += 1
            ring.append(frame(sequence))
            #expect(ring.byteCount == held(ring))
            #expect(held(ring) <= limits.bytes)
        }
        // Something is evicted, and what is newest is there.
        #expect(ring.floor > 0 && ring.frames.last?.sequence == sequence)
        ring.trim(now: limits.age + 1)
        #expect(ring.byteCount == held(ring) && held(ring) <= limits.restingBytes)
    }
}
