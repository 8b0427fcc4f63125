import ClawStore
import ClawSupport
import Logging
import ServiceLifecycle

/// Writes the session indexes while the Gateway runs, and closes the journal as the last thing of all.
struct StoreService: Service {
    let journal: Journal
    let sessions: SessionStore
    let devices: DeviceStore
    let retention: Duration
    let time: any TimeSource

    func run() async throws {
        let logger = Logger(label: "openclaw.store")
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    do {
                        try await sessions.run()
                    } catch is CancellationError {
                        return
                    } catch {
                        logger.error("session indexes are not written", metadata: ["error": "\(error)"])
                    }
                }
                group.addTask { await eraseDaily(logger) }
            }
        }
        do {
            try await sessions.flush()
        } catch {
            logger.error("session indexes were not written at shutdown", metadata: ["error": "\(error)"])
        }
        do {
            try await devices.flush()
        } catch {
            logger.error("times of use of devices were not written", metadata: ["error": "\(error)"])
        }
        await journal.close()
    }

    /// Takes the contents out of journal rows whose retention is over.
    private func eraseDaily(_ logger: Logger) async {
        while !Task.isCancelled {
            do {
                _ = try await journal.eraseExpired(retention: retention)
                try await time.sleep(for: .seconds(86_400))
            } catch is CancellationError {
                return
            } catch {
                logger.error("old journal contents were not erased", metadata: ["error": "\(error)"])
                return
            }
        }
    }
}
