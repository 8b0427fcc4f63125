package import ClawConfig
import ClawCore
package import ClawStore
package import ClawSupport

/// What must be known before anything runs: the configuration, where things lie, and the log.
package struct Boot: Sendable {
    package var file: ConfigFile
    package var snapshot: ConfigSnapshot
    package var location: ConfigLocation
    package var directory: StateDirectory
    /// Where the log goes; one for the life of the process.
    package var log: LogOutput

    /// Reads the configuration, makes the token that is missing, and checks that the Gateway may start. Throws `ClawError`.
    /// - Parameter log: that of an earlier life of this process, which goes on by the rules of now.
    package init(
        _ options: DaemonOptions, time: any TimeSource, entropy: any Entropy, log: LogOutput? = nil
    ) throws {
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
        let rules = LogRules(snapshot, options)
        self.log = log ?? LogOutput(rules, time: time)
        log?.follow(rules)
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
}
