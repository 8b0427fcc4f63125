package import Logging

/// Something about a file that an operator should know; the store went on.
package struct StoreIssue: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, Hashable {
        /// A file that could not be read as what it should be; it was renamed and kept.
        case movedAside
        /// The end of a transcript was half a line; its bytes were kept in another file.
        case tornTail
        /// A file could not be written or read; it is tried again.
        case unavailable
        /// Entries of a transcript that a crash had kept from its file were written to it.
        case recovered
    }

    package let kind: Kind
    package let path: String
    /// One sentence: what was found and what was done.
    package let message: String

    package init(kind: Kind, path: String, message: String) {
        self.kind = kind
        self.path = path
        self.message = message
    }

    package var description: String { message }
}

/// Takes what the store has to report. Called on the store's own threads; it must not wait.
package typealias StoreReporter = @Sendable (StoreIssue) -> Void

extension StoreIssue {
    /// Reports to a log: a recovery as a notice, the rest as warnings.
    package static func logging(to logger: Logger) -> StoreReporter {
        { issue in
            logger.log(
                level: issue.kind == .recovered ? .notice : .warning, "store: file needs attention",
                metadata: ["kind": "\(issue.kind.rawValue)", "path": "\(issue.path)", "message": "\(issue.message)"])
        }
    }
}
