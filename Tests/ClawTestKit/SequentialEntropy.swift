import ClawSupport
import Synchronization

/// Entropy that counts, so that every id of a test is known: each call gives bytes that hold the number of the call.
package final class SequentialEntropy: Entropy {
    private let calls = Mutex<UInt64>(0)

    package init() {}

    package func bytes(_ count: Int) -> [UInt8] {
        let call = calls.withLock { calls in
            calls += 1
            return calls
        }
        return (0..<count).map { position in
            let shift = (count - 1 - position) * 8
            return shift < 64 ? UInt8(truncatingIfNeeded: call >> UInt64(shift)) : 0
        }
    }
}
