import ClawConfig
import ClawCore
import ClawGateway
import ClawProviders
import ClawStore
import ClawSupport
import Logging
import ServiceLifecycle
package import UnixSignals

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The Gateway as a process: reads the configuration, makes every part, runs until it is told to stop.
package enum Daemon {
    /// Runs a Gateway until SIGTERM or SIGINT. Throws `ClawError` when it cannot start.
    package static func run(options: DaemonOptions) async throws {
        var environment = DaemonEnvironment()
        environment.fault = FaultInjection.point(options.environment)
        try await run(options: options, environment: environment, signals: [.sigterm, .sigint]) { port, boot in
            announce(port: port, boot: boot)
        }
    }

    /// The same with the surroundings of the caller; `whenListening` is told the port.
    package static func run(
        options: DaemonOptions, environment: DaemonEnvironment, signals: [UnixSignal],
        whenListening: @escaping @Sendable (Int, Boot) -> Void
    ) async throws {
        Allocator.shareArenas()
        // A file that may not grow is an error to report, as a full disk is, and no reason to die.
        signal(SIGXFSZ, SIG_IGN)
        // A program that ends without reading what it is asked must not end the Gateway.
        signal(SIGPIPE, SIG_IGN)
        let boot = try await Boot(options, time: environment.time, entropy: environment.entropy)
        let log = boot.log
        LogSetup.install { GatewayLogHandler(label: $0, output: log) }
        let logger = Logger(label: "openclaw.daemon")
        let lock = try lock(boot.directory)
        let stop = StopRequest()
        try await stop.trapping(signals) {
            var boot = boot
            let restarts = RestartController(time: environment.time)
            let lives = Lives(stop: stop, restarts: restarts, trapsRestartSignal: !signals.isEmpty)
            while case .restart(let secrets) = try await runOnce(boot, options, environment, lives, whenListening) {
                logger.notice("restarting")
                boot = try await Boot(
                    options, time: environment.time, entropy: environment.entropy,
                    after: Boot.Life(log: log, secrets: secrets))
            }
        }
        logger.notice("stopped")
        withExtendedLifetime(lock) {}
    }

    private enum End {
        case stop
        /// The next life goes on with these secrets where a provider does not answer.
        case restart(SecretValues)
    }

    /// What one life of the Gateway shares with the next.
    private struct Lives {
        let stop: StopRequest
        let restarts: RestartController
        let trapsRestartSignal: Bool
    }

    /// One life of a Gateway, from its parts to its end. A restart comes back here with the same process, lock and port.
    private static func runOnce(
        _ boot: Boot, _ options: DaemonOptions, _ environment: DaemonEnvironment, _ lives: Lives,
        _ whenListening: @escaping @Sendable (Int, Boot) -> Void
    ) async throws -> End {
        let logger = Logger(label: "openclaw.daemon")
        reportConfiguration(boot, logger)
        let composition = try Composition(boot, options, environment, restarts: lives.restarts)
        var services = ServiceGroupConfiguration(
            services: composition.services.map { .init(service: $0) }, logger: quiet(logger))
        // Every service bounds its own end; this is for what none of them foresaw. The rest is cancelled then.
        services.maximumGracefulShutdownDuration = .seconds(60)
        let group = ServiceGroup(configuration: services)
        do {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                tasks.addTask {
                    let port = try await composition.wire.listener.port.wait()
                    whenListening(port, boot)
                }
                let watcher = RestartWatcher(
                    composition: composition, group: group, trapsSignal: lives.trapsRestartSignal)
                try await withThrowingTaskGroup(of: Void.self) { watchers in
                    watchers.addTask { try await watcher.run() }
                    watchers.addTask {
                        try await lives.stop.wait()
                        // A group that does not run yet would forget it.
                        _ = try await composition.wire.listener.port.wait()
                        await group.triggerGracefulShutdown()
                    }
                    try await tasks.waitForAll()
                    watchers.cancelAll()
                    do { try await watchers.waitForAll() } catch is CancellationError {}
                }
            }
        } catch is CancellationError {
            // The listener ended before it had a port; the group's own error, if any, was thrown first.
        }
        try await composition.transport.shutdown()
        let isStop = lives.stop.isAsked || Task.isCancelled
        let secrets = composition.live.snapshot.value.taken
        return composition.wire.connections.isRestarting && !isStop ? .restart(secrets) : .stop
    }

    private static func lock(_ directory: StateDirectory) throws -> InstanceLock {
        do {
            return try directory.lock()
        } catch {
            throw ClawError(
                .conflict, "\(error)",
                hint: "Stop the other Gateway, or use another state directory (OPENCLAW_STATE_DIR).", cause: error)
        }
    }

    /// The service group's own words are for developers.
    private static func quiet(_ logger: Logger) -> Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return quiet
    }

    private static func reportConfiguration(_ boot: Boot, _ logger: Logger) {
        for warning in boot.snapshot.warnings {
            logger.warning("configuration", metadata: ["warning": "\(warning)"])
        }
        if let safeMode = boot.snapshot.safeMode {
            logger.error(
                "safe mode: the configuration file cannot be used, so the last good copy is",
                metadata: ["reason": "\(safeMode.reason)", "copy": "\(safeMode.lastGoodPath)"])
        }
    }

    /// Tells the person at the terminal where the chat page is. The link holds the token, so it goes to terminals only.
    private static func announce(port: Int, boot: Boot) {
        let auth = boot.snapshot.configuration.gateway.auth
        let base = "\(boot.snapshot.configuration.gateway.tls == nil ? "http" : "https")://127.0.0.1:\(port)/"
        var text = "The Gateway listens on \(base)\n"
        if isatty(STDOUT_FILENO) == 1, let token = auth.token, auth.effectiveMode == .token {
            text += "Chat page: \(base)#token=\(token.reveal())\n"
        } else {
            text += "Chat page: run `\(Executable.command(boot.snapshot.environment)) dashboard` for the link.\n"
        }
        // Nobody may be there to read it.
        try? AtomicFile.writeAll(Array(text.utf8), to: STDOUT_FILENO, path: "standard output")
    }
}
