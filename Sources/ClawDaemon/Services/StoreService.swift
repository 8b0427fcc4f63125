import ClawStore
import Logging
import ServiceLifecycle

/// Keeps the files of the store up to date while the Gateway runs, and closes the journal as the last thing of all.
struct StoreService: Service {
    let journal: Journal
    let sessions: SessionStore
    let devices: DeviceStore

    func run() async throws {
        let logger = Logger(label: "openclaw.store")
        await cancelWhenGracefulShutdown {
            do {
                try await sessions.run()
            } catch is CancellationError {
                return
            } catch {
                logger.error("session indexes are not written any more", metadata: ["error": "\(error)"])
            }
        }
        do {
            try await sessions.flush()
            try await devices.flush()
        } catch {
            logger.error("not everything was written at shutdown", metadata: ["error": "\(error)"])
        }
        await journal.close()
    }
}
