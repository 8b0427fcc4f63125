package import ClawSupport

/// The files of workspaces that clients look at and change, read and written off the shared pool. Every path goes through
/// `ConfinedDirectory`, so links out of the workspace, second names and devices are refused.
package actor WorkspaceFiles {
    package struct File: Sendable, Hashable {
        package var size: Int
        /// Milliseconds since 1970.
        package var modified: Int64
        /// Nil where only the facts were asked for.
        package var content: String?
    }

    /// Larger files are refused; the agent does not read them either.
    package static let sizeLimit = 2 << 20

    package init() {}

    nonisolated package var unownedExecutor: UnownedSerialExecutor { WorkerThread.files.asUnownedSerialExecutor() }

    /// Nil when there is no such file.
    package func facts(_ name: String, in workspace: String) throws(ConfinedDirectory.Refusal) -> File? {
        do throws(ConfinedDirectory.Refusal) {
            let facts = try ConfinedDirectory(root: workspace).facts(name)
            return File(size: facts.size, modified: facts.modified)
        } catch .notFound {
            return nil
        }
    }

    /// The file with its text; nil when there is none.
    package func read(_ name: String, in workspace: String) throws(ConfinedDirectory.Refusal) -> File? {
        guard var file = try facts(name, in: workspace) else { return nil }
        let bytes = try ConfinedDirectory(root: workspace).read(name, limit: Self.sizeLimit)
        file.size = bytes.count
        file.content = String(decoding: bytes, as: UTF8.self)
        return file
    }

    /// Replaces the file whole or not at all.
    package func write(_ text: String, to name: String, in workspace: String) throws(ConfinedDirectory.Refusal) -> File?
    {
        let bytes = Array(text.utf8)
        if bytes.count > Self.sizeLimit { throw .tooLarge(size: bytes.count, limit: Self.sizeLimit) }
        _ = try ConfinedDirectory(root: workspace).write(bytes, to: name, mode: 0o600)
        return try read(name, in: workspace)
    }
}
