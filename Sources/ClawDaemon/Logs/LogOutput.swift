package import ClawSupport
import Logging
import Synchronization

/// Where every logger of the process writes, and how much of it. Its rules may change at any time.
package final class LogOutput: Sendable {
    private struct State {
        var rules: LogRules
        var file: LogFile
    }

    let time: any TimeSource
    private let state: Mutex<State>

    package init(_ rules: LogRules, time: any TimeSource) {
        self.time = time
        state = Mutex(State(rules: rules, file: Self.file(rules, time)))
    }

    var level: Logger.Level { state.withLock { $0.rules.level } }
    var consoleLevel: Logger.Level { state.withLock { $0.rules.consoleLevel } }

    /// Where lines go now.
    package var path: String { state.withLock { $0.file }.path }

    /// The file to read from; see `LogFile`.
    package var newestPath: String { state.withLock { $0.file }.newestPath }

    /// From now on lines go by these rules.
    package func follow(_ rules: LogRules) {
        state.withLock { state in
            let old = state.rules
            state.rules = rules
            let isSameFile =
                (old.file, old.temporary, old.maximumBytes) == (rules.file, rules.temporary, rules.maximumBytes)
            if !isSameFile { state.file = Self.file(rules, time) }
        }
    }

    func append(_ line: [UInt8]) { state.withLock { $0.file }.append(line) }

    private static func file(_ rules: LogRules, _ time: any TimeSource) -> LogFile {
        LogFile(
            path: rules.file, maximumBytes: rules.maximumBytes, time: time,
            environment: rules.temporary.map { ["TMPDIR": $0] } ?? [:])
    }
}
