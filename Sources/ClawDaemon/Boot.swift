package import ClawConfig
import ClawCore
package import ClawStore
package import ClawSupport
import Logging

/// What must be known before anything runs: the configuration, where things lie, and the log.
package struct Boot: Sendable {
    package var file: ConfigFile
    package var snapshot: ConfigSnapshot
    package var location: ConfigLocation
    package var directory: StateDirectory
    /// Where the log goes; one for the life of the process.
    package var log: LogOutput

    /// What an earlier life of this process leaves to the next.
    package struct Life: Sendable {
        /// Goes on by the rules of now.
        var log: LogOutput
        /// Count where a provider does not answer.
        var secrets: SecretValues
    }

    /// Reads the configuration, makes the token that is missing, and checks that the Gateway may start. Throws `ClawError`.
    package init(
        _ options: DaemonOptions, time: any TimeSource, entropy: any Entropy, after life: Life? = nil
    ) async throws {
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
        log = life?.log ?? LogOutput(rules, time: time)
        life?.log.follow(rules)
        self.snapshot = snapshot
        try Self.checkMode(snapshot, options)
        self.snapshot = try await Self.takingSecrets(of: snapshot, location, life)
    }

    private static func takingSecrets(
        of snapshot: ConfigSnapshot, _ location: ConfigLocation, _ life: Life?
    ) async throws -> ConfigSnapshot {
        let secrets = await SecretResolution.take(snapshot, in: location)
        guard let problem = secrets.problem else { return snapshot.using(secrets.values) }
        // A restart must not end a Gateway that ran well with what it has.
        guard let earlier = life?.secrets, secrets.failures.allSatisfy({ earlier[$0.reference] != nil }) else {
            throw problem
        }
        Logger(label: "openclaw.secrets").warning(
            "the secrets of before stay in use",
            metadata: ["code": "SECRETS_RELOADER_DEGRADED", "reason": "\(problem.message)"])
        return snapshot.using(secrets.values.over(earlier))
    }

    /// Throws when no Gateway could start with this configuration.
    static func check(
        _ snapshot: ConfigSnapshot, _ options: DaemonOptions, _ environment: DaemonEnvironment
    ) throws {
        try checkMode(snapshot, options)
        let password = snapshot.configuration.gateway.auth.password
        // One that is not taken yet is asked for when the change takes effect.
        if let password, password.value == nil, password.variable == nil { return }
        try Door.check(snapshot, options, environment)
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
