import ClawConfig
package import Logging

/// What is logged where: what the configuration says, with what the command line and the environment put over it.
package struct LogRules: Sendable, Hashable {
    /// A fixed file; nil for one a day.
    package var file: String?
    /// The folder that holds the one of `TMPDIR` for daily files.
    package var temporary: String?
    package var maximumBytes: Int
    package var level: Logger.Level
    package var consoleLevel: Logger.Level

    init(_ snapshot: ConfigSnapshot, _ options: DaemonOptions) {
        let logging = snapshot.configuration.logging
        file = logging.file
        temporary = options.environment["TMPDIR"]
        maximumBytes = logging.maxFileBytes
        let asked = options.environment["OPENCLAW_LOG_LEVEL"].flatMap(LoggingConfiguration.Level.init(rawValue:))
        level = options.verbose ? .debug : Self.level(asked ?? logging.level)
        consoleLevel =
            options.verbose ? .debug : asked.map(Self.level) ?? max(Self.level(logging.consoleLevel), .notice)
    }

    private static func level(_ level: LoggingConfiguration.Level) -> Logger.Level {
        switch level {
        case .silent, .fatal: .critical
        case .error: .error
        case .warn: .warning
        case .info: .info
        case .debug: .debug
        case .trace: .trace
        }
    }
}
