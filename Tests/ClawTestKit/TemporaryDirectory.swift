import FoundationEssentials

/// An empty directory that is removed when the last reference to it goes.
package final class TemporaryDirectory: Sendable {
    /// Absolute, without symbolic links and without a slash at the end.
    package let path: String

    package init(_ name: String = "claw") throws {
        let base = FileManager.default.temporaryDirectory.path.split(separator: "/").joined(separator: "/")
        path = "/\(base)/\(name)-\(UUID().uuidString.prefix(13).lowercased())"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // A directory that cannot be removed only costs space in the temporary folder.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a text file below the directory, with its folders.
    package func write(_ text: String, to name: String) throws {
        let file = "\(path)/\(name)"
        let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: file))
    }

    /// The text of a file below the directory; nil when there is none.
    package func read(_ name: String) -> String? {
        FileManager.default.contents(atPath: "\(path)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }
}
