import Logging
import Synchronization

/// Installs the log handler once: the logging library takes one for the whole process, and tests start several Gateways in
/// one.
enum LogSetup {
    private static let isInstalled = Mutex(false)

    static func install(_ make: @escaping @Sendable (String) -> any LogHandler) {
        let isFirst = isInstalled.withLock { installed in
            defer { installed = true }
            return !installed
        }
        if isFirst { LoggingSystem.bootstrap(make) }
    }
}
