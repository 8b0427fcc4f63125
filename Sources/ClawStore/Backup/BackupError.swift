package import ClawCore

/// Why a backup could not be made, read or restored.
package enum BackupError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file does not begin as a backup does.
    case notABackup(String)
    /// A later version of this program made it.
    case unknownVersion(Int)
    case wrongPassphrase
    /// What is there was changed after it was written, at about this byte.
    case damaged(at: Int64)
    /// The end is missing.
    case cutOff
    /// More follows after the end.
    case trailingBytes
    /// An entry that no backup of this program holds, such as a path that leaves the directory.
    case unacceptable(String)
    /// A file became shorter while it was read.
    case changed(String)
    case exists(String)
    case notEmpty(String)
    /// Nothing is there to keep.
    case nothingThere(String)

    package var description: String { clawError.message }

    /// The words for people, with what to do.
    package var clawError: ClawError {
        switch self {
        case .notABackup(let path): ClawError(.invalidRequest, "\(path) is not a backup of this program.")
        case .unknownVersion(let version):
            ClawError(
                .invalidRequest, "The backup has format version \(version); this program knows version 1.",
                hint: "Use the version of openclaw that made it.")
        case .wrongPassphrase:
            ClawError(
                .unauthorized, "The passphrase is not the one that the backup was made with.",
                hint: "Without it nobody can read the backup; there is no other way in.")
        case .damaged(let offset):
            ClawError(
                .storage, "The backup was changed or damaged after it was made, near byte \(offset).",
                hint: "Use another copy.")
        case .cutOff: ClawError(.storage, "The backup is cut off: its end is missing.", hint: "Use another copy.")
        case .trailingBytes: ClawError(.storage, "Bytes follow after the end of the backup.", hint: "Use another copy.")
        case .unacceptable(let what): ClawError(.storage, "The backup holds what no backup may hold: \(what).")
        case .changed(let path):
            ClawError(.conflict, "\(path) was shortened while it was read.", hint: "Make the backup again.")
        case .exists(let path):
            ClawError(
                .conflict, "\(path) exists already and is left alone.", hint: "Choose another name with --output.")
        case .notEmpty(let path):
            ClawError(
                .conflict, "\(path) is not empty, and a backup is restored only where nothing is.",
                hint: "Choose an empty directory with --into, or move this one aside.")
        case .nothingThere(let path): ClawError(.notFound, "There is nothing to back up in \(path).")
        }
    }
}
