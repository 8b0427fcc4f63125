import ClawStore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Lets a test kill the Gateway at a named point of the store, to show that nothing is lost. In a debug build the
/// environment variable `OPENCLAW_TEST_KILL_AT` may hold `<point>:<n>`: the process then kills itself when it passes the
/// point for the n-th time. A release build does not know the variable; `scripts/release.sh` checks that.
enum FaultInjection {
    #if !DEBUG
        static func point(_ environment: [String: String]) -> FaultPoint { { _ in } }
    #else
        static func point(_ environment: [String: String]) -> FaultPoint {
            guard let text = environment["OPENCLAW_TEST_KILL_AT"], let colon = text.lastIndex(of: ":"),
                let count = Int(text[text.index(after: colon)...])
            else { return { _ in } }
            let name = String(text[..<colon])
            let passes = PassCounter()
            return { reached in
                if reached == name, passes.next() == count { kill(getpid(), SIGKILL) }
            }
        }

        /// Counts how often a point was passed.
        private final class PassCounter: Sendable {
            private let count = Mutex(0)

            func next() -> Int {
                count.withLock { count in
                    count += 1
                    return count
                }
            }
        }
    #endif
}
