package import ClawConfig
import ClawCore
package import ClawStore
package import ClawSupport
package import Logging

/// What must be known before anything runs: the configuration, where things lie, and the log.
package struct Boot: Sendable {
    package var file: ConfigFile
    package var snapshot: ConfigSnapshot
    package var location: ConfigLocation
    package var directory: StateDirectory
    package var log: LogFile
    package var logLevel: Logger.Level
    package var consoleLevel: Logger.Level

    /// Reads the configuration, makes the token that is missing, and checks that the Gateway may start. Throws `ClawError`.
    package init(_ options: DaemonOptions, time: any TimeSource, entropy: any Entropy) throws {
        var environment = options.environment
        environment["OPENCLAW_STATE_DIR"] = options.stateDirectory
        environment["OPENCLAW_CONFIG_PATH"] = options.configPath
        let file = try ConfigFile.locate(environment: environment, workingDirectory: options.workingDirectory)
        self.file = file
        location = file.location
        directory = StateDirectory(root: location.stateDirectory)
        try directory.prepare()
        var snapshot = try file.load()
        if options.token == nil, options.password == nil, options.auth == nil, snapshot.safeMode == nil,
            try ConfigEditor(file, time: time).generateTokenIfMissing(entropy) != nil
        {
            snapshot = try file.load()
        }
        let logging = snapshot.configuration.logging
        log = LogFile(path: logging.file, maximumBytes: logging.maxFileBytes, time: time, environment: environment)
        let asked = environment["OPENCLAW_LOG_LEVEL"].flatMap(LoggingConfiguration.Level.init(rawValue:))
        logLevel = options.verbose ? .debug : Self.level(asked ?? logging.level)
        consoleLevel =
            options.verbose ? .debug : asked.map(Self.level) ?? max(Self.level(logging.consoleLevel), .notice)
        self.snapshot = snapshot
        try Self.checkMode(snapshot, options)
    }

    /// Throws when this configuration is not one for a Gateway on this machine.
    static func checkMode(_ snapshot: ConfigSnapshot, _ options: DaemonOptions) throws(ClawError) {
        let mode = snapshot.configuration.gateway.mode
        if mode == .local || options.allowsUnconfigured && mode == nil { return }
        if mode == .remote {
            throw ClawError(
                .configInvalid, "gateway.mode is \"remote\": this installation uses a Gateway on another machine.",
                hint: "Set it with: openclaw config set gateway.mode local")
        }
        throw ClawError(
            .configInvalid, "This Gateway is not configured yet: gateway.mode is not set.",
            hint: "Run: openclaw config set gateway.mode local, or start it with --allow-unconfigured.")
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
