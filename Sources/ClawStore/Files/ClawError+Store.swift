package import ClawCore
import ClawSupport

/// An error of the store, which `ClawError(store:)` puts into words.
package protocol StoreFault: Error {}

extension DatabaseError: StoreFault {}
extension JournalError: StoreFault {}
extension InstanceLockError: StoreFault {}
extension FileError: StoreFault {}

extension ClawError {
    /// What the store threw, in the words that leave this program. An error that is none of the store's is a fault of this
    /// program.
    package init(store error: any Error) {
        switch error {
        case let error as ClawError: self = error
        case let error as JournalError: self.init(journal: error)
        case let error as InstanceLockError:
            self.init(
                .unavailable, error.description, hint: "Stop the other Gateway, or use another state directory.",
                cause: error)
        case let error as FileError:
            self.init(
                .storage, error.description, hint: "Check the disk and the permissions.", retry: .yes, cause: error)
        case let error as DatabaseError:
            self.init(
                .storage, error.description, hint: "Check the disk and the permissions.", retry: .yes, cause: error)
        default: self.init(.internalFault, "The store failed: \(error).", cause: error)
        }
    }

    private init(journal error: JournalError) {
        let code: Code =
            switch error {
            case .unknownWork, .unknownSession, .unknownToolCall: .notFound
            case .alreadyFinished, .sessionReplaced, .toolCallAlreadyStarted: .conflict
            case .invalidSessionID: .invalidRequest
            case .fenced, .closed: .unavailable
            }
        self.init(code, error.description, cause: error)
    }
}
