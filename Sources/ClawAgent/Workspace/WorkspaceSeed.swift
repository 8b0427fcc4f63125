package import ClawCore
package import ClawSupport

/// Fills a workspace with its first files. What is there is never changed.
package struct WorkspaceSeed: Sendable {
    private let directory: ConfinedDirectory
    private let time: any TimeSource

    private static let statePath = ".openclaw/workspace-state.json"

    package init(workspace: String, time: any TimeSource) {
        directory = ConfinedDirectory(root: workspace)
        self.time = time
    }

    /// Creates what is missing and keeps `workspace-state.json`. A workspace that looks new also gets `BOOTSTRAP.md`;
    /// when that file was seeded and is gone, the person's introduction is over and its time is recorded. Returns the
    /// names of the files that were created. Throws `ClawError` `storage` when a file cannot be written.
    package func prepare() throws(ClawError) -> [String] {
        do throws(ConfinedDirectory.Refusal) {
            return try seed()
        } catch {
            throw ClawError(
                .storage, "The workspace \(directory.root) cannot be prepared: \(error).",
                hint: "Check that the folder can be written by this user.")
        }
    }

    private func seed() throws(ConfinedDirectory.Refusal) -> [String] {
        let isUntouched = try isUntouched()
        var created: [String] = []
        for (name, text) in WorkspaceTemplates.standard where try create(name, text) { created.append(name) }
        // A state that cannot be read is left alone, and nobody is introduced a second time because of it.
        guard var state = try readState() else { return created }
        let before = state
        let hasHistory = state.contains("bootstrapSeededAt") || state.contains("onboardingCompletedAt")
        if !hasHistory, isUntouched, try create("BOOTSTRAP.md", WorkspaceTemplates.bootstrap) {
            created.append("BOOTSTRAP.md")
        }
        let now = JSONValue.string(ISOTimestamp.format(milliseconds: time.nowMilliseconds))
        let hasBootstrap = try exists("BOOTSTRAP.md")
        if hasBootstrap, !state.contains("bootstrapSeededAt") { state["bootstrapSeededAt"] = now }
        if state.contains("bootstrapSeededAt"), !hasBootstrap, !state.contains("onboardingCompletedAt") {
            state["onboardingCompletedAt"] = now
        }
        if state != before || created.count == WorkspaceTemplates.standard.count + 1 {
            state["version"] = state["version"] ?? 1
            let text = JSONValue.object(state).prettyText + "\n"
            _ = try directory.write(Array(text.utf8), to: Self.statePath, mode: 0o600)
        }
        return created
    }

    /// Whether nobody has worked here: the person's files are missing or still the first text, no memory, no
    /// repository.
    private func isUntouched() throws(ConfinedDirectory.Refusal) -> Bool {
        for name in ["memory", "MEMORY.md", ".git"] where try exists(name) { return false }
        for (name, text) in WorkspaceTemplates.standard where name == "IDENTITY.md" || name == "USER.md" {
            guard try exists(name) else { continue }
            // A file that cannot be read is not ours, so somebody was here.
            let content = try? directory.read(name, limit: BootstrapFile.readLimit)
            if content != Array((text + "\n").utf8) {
                return false
            }
        }
        return true
    }

    private func create(_ name: String, _ text: String) throws(ConfinedDirectory.Refusal) -> Bool {
        if try exists(name) { return false }
        return try directory.write(Array((text + "\n").utf8), to: name, mode: 0o600)
    }

    /// A name that is a folder or a link out of the workspace is there too: it is not ours to replace.
    private func exists(_ name: String) throws(ConfinedDirectory.Refusal) -> Bool {
        do throws(ConfinedDirectory.Refusal) {
            return try directory.exists(name)
        } catch {
            switch error {
            case .outside, .danglingLink, .hardLinked, .notRegular, .directory: return true
            case .notFound: return false
            case .invalid, .tooLarge, .system: throw error
            }
        }
    }

    /// Nil when there is a state file that is not one.
    private func readState() throws(ConfinedDirectory.Refusal) -> JSONObject? {
        guard try exists(Self.statePath) else { return [:] }
        let bytes = try directory.read(Self.statePath, limit: 1 << 20)
        // Why it cannot be parsed does not matter to the caller.
        return (try? JSONParser.parse(bytes, mode: .lenient))?.objectValue
    }
}
