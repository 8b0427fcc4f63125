import ClawCore
import ClawStore
import ClawSupport

/// What people read when a turn fails.
enum FailureText {
    /// One sentence for any error, without the insides of this program.
    static func sentence(for error: any Error) -> String {
        switch error {
        case let error as ClawError: error.description
        case let error as ProviderError: error.message
        case let error as JournalError: error.description
        case let error as DatabaseError: error.description
        case let error as FileError: error.description
        case is LaneScheduler.LaneFull: "Too many turns wait already. Try again in a while."
        default: "An internal fault (\(type(of: error))). The log of the Gateway has the details."
        }
    }

    /// The answer in a chat.
    static func reply(_ message: String) -> String { "I could not answer: \(message)" }
}
