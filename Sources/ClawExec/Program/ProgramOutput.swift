import ClawCore
import ClawSupport
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a program writes to one of its outputs. The end of the program is the end of it, whoever else still holds the pipe: what
/// a program started and left behind must hold nobody up.
final class ProgramOutput: Sendable {
    private let reading: Int32
    /// The end that the program gets; nil when it was handed over.
    private let writing: Mutex<Int32?>
    private let limit: Int
    private let collected = Mutex<[UInt8]>([])

    /// Throws `unavailable` when there is no pipe to be had.
    init(limit: Int) throws(ClawError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ClawError(.unavailable, "There is no pipe to be had for a program.") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        reading = ends[0]
        writing = Mutex(ends[1])
        self.limit = limit
    }

    deinit {
        close(reading)
        if let writing = handOver() { close(writing) }
    }

    /// The end for the program. Whoever takes it closes it; nil the second time.
    func handOver() -> Int32? { writing.withLock { $0.take() } }

    var bytes: [UInt8] { collected.withLock { $0 } }

    /// Takes what is there now. Returns whether there was anything. Throws `unavailable` when there was ever more than the limit.
    @discardableResult func drain() throws(ClawError) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        var isNews = false
        while true {
            let count = chunk.withUnsafeMutableBytes { read(reading, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Also when another task took the last of it.
            let isTooMuch = collected.withLock { bytes in
                bytes.append(contentsOf: chunk[..<max(0, count)])
                return bytes.count > limit
            }
            if isTooMuch { throw ClawError(.unavailable, "A program wrote more than \(limit) bytes.") }
            if count <= 0 { return isNews }
            isNews = true
        }
    }

    /// Takes what comes to these until the task is cancelled.
    static func follow(_ outputs: [ProgramOutput]) async throws {
        var pause = Duration.milliseconds(1)
        while true {
            var isNews = false
            for output in outputs where try output.drain() { isNews = true }
            pause = isNews ? .milliseconds(1) : min(pause * 2, .milliseconds(20))
            try await SystemTimeSource().sleep(for: pause)
        }
    }
}
