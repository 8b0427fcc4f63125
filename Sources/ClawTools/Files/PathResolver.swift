import ClawSupport

/// The one way of file tools to the disk. Every path a model names is confined to the agent's workspace; the error
/// texts tell the model what to do instead.
struct PathResolver: Sendable {
    /// What the model reads when a path cannot be used.
    struct Failure: Error, Sendable, Hashable {
        let message: String
    }

    private let directory: ConfinedDirectory

    init(workspace: String) { directory = ConfinedDirectory(root: workspace) }

    /// The path below the workspace, for display.
    func display(_ path: String) throws(Failure) -> String {
        do throws(ConfinedDirectory.Refusal) {
            return try directory.relativePath(of: path)
        } catch {
            throw failure(error, path)
        }
    }

    func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        do throws(ConfinedDirectory.Refusal) {
            return try directory.read(path, limit: limit)
        } catch {
            throw failure(error, path)
        }
    }

    /// Returns whether the file is new.
    func write(_ bytes: [UInt8], to path: String) throws(Failure) -> Bool {
        do throws(ConfinedDirectory.Refusal) {
            return try directory.write(bytes, to: path)
        } catch {
            throw failure(error, path)
        }
    }

    private func failure(_ refusal: ConfinedDirectory.Refusal, _ path: String) -> Failure {
        let shown = String(path.prefix(200))
        let message =
            switch refusal {
            case .outside: "\(shown) lies outside of the workspace. Only files below \(directory.root) can be used."
            case .notFound: "There is no file \(shown)."
            case .directory: "\(shown) is a folder, not a file."
            case .notRegular: "\(shown) is a device, pipe or socket; only regular files can be used."
            case .hardLinked: "\(shown) has more than one name (hard links) and is not opened. Make a copy of it first."
            case .danglingLink: "\(shown) is a link to nothing. Remove the link or name its target."
            case .invalid: "\"\(shown)\" is not a usable path."
            case .tooLarge(let size, let limit): "\(shown) has \(size) bytes; at most \(limit) can be read."
            case .system(let error): error.description
            }
        return Failure(message: message)
    }
}
