package import ClawCore
import ClawSupport

/// The file of `AuthProfiles`, mode 0600.
package struct AuthProfileFile: Sendable, Hashable {
    package let path: String

    /// - Parameter agentDirectory: that of the agent, such as `<state>/agents/main/agent`.
    package init(agentDirectory: String) { path = "\(agentDirectory)/auth-profiles.json" }

    /// What is stored; nothing when there is no file. Throws `storage` for one that cannot be read, which stays as it is.
    package func read() throws(ClawError) -> AuthProfiles {
        do {
            guard let bytes = try AtomicFile.read(path, limit: 4 << 20) else { return AuthProfiles() }
            guard let object = try JSONParser.parse(bytes, mode: .lenient).objectValue else {
                throw ClawError(.storage, "\(path) holds no object.", hint: "Move it aside, and store the keys again.")
            }
            return AuthProfiles(object)
        } catch let error as ClawError {
            throw error
        } catch {
            throw ClawError(
                .storage, "The stored keys cannot be read from \(path): \(error)",
                hint: "Correct the file or move it aside, and store the keys again.", cause: error)
        }
    }

    /// Replaces the file by what `body` makes of it.
    package func change(_ body: (inout AuthProfiles) -> Void) throws(ClawError) {
        var profiles = try read()
        body(&profiles)
        do throws(FileError) {
            if let slash = path.lastIndex(of: "/") { try AtomicFile.makeDirectory(String(path[..<slash])) }
            try AtomicFile.write(Array((JSONValue.object(profiles.fields).prettyText + "\n").utf8), to: path)
        } catch {
            throw ClawError(.storage, error.description, hint: "Check who owns the directory.", cause: error)
        }
    }
}
