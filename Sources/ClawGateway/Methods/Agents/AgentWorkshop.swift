import ClawAgent
package import ClawConfig
package import ClawCore
package import ClawStore
package import ClawSupport
import Logging

/// Where agents are made, changed and retired: their entry in the configuration and their folders, in this order on the way
/// out and in the other on the way in, so that no entry stands for folders that could not be made.
package struct AgentWorkshop: Sendable {
    private let control: ConfigControl
    private let location: ConfigLocation
    private let directory: StateDirectory
    private let sessions: SessionStore
    private let settle: @Sendable (SessionKey) async throws -> Void
    private let time: any TimeSource
    private let logger = Logger(label: "openclaw.agents")

    /// - Parameter settle: ends what runs in a session.
    package init(
        control: ConfigControl, location: ConfigLocation, sessions: SessionStore,
        settle: @escaping @Sendable (SessionKey) async throws -> Void, time: any TimeSource
    ) {
        self.control = control
        self.location = location
        directory = StateDirectory(root: location.stateDirectory)
        self.sessions = sessions
        self.settle = settle
        self.time = time
    }

    /// Makes an agent with its folders and first files. Returns its workspace.
    func create(_ agent: AgentID, _ fields: AgentListEdit.Fields) async throws -> String {
        var fields = fields
        let workspace = try path(fields.workspace ?? "")
        fields.workspace = workspace
        let chosen = fields
        let (directory, time) = (directory, time)
        _ = try await control.edit { snapshot in
            let changes = try AgentListEdit(snapshot).creating(agent, chosen)
            try AgentHome(agent, in: directory).prepare(workspace: workspace)
            if !snapshot.configuration.agents.defaults.skipBootstrap {
                let created = try WorkspaceSeed(workspace: workspace, time: time).prepare()
                if created.contains("IDENTITY.md") { try Self.introduce(chosen, in: workspace) }
            }
            return changes
        }
        logger.notice("agent created", metadata: ["agent": "\(agent)", "workspace": "\(workspace)"])
        return workspace
    }

    func update(_ agent: AgentID, _ fields: AgentListEdit.Fields) async throws {
        var fields = fields
        if let text = fields.workspace { fields.workspace = try path(text) }
        let chosen = fields
        let (directory, time) = (directory, time)
        _ = try await control.edit { snapshot in
            let changes = try AgentListEdit(snapshot).updating(agent, chosen)
            if let workspace = chosen.workspace {
                try AgentHome(agent, in: directory).prepare(workspace: workspace)
                if !snapshot.configuration.agents.defaults.skipBootstrap {
                    _ = try WorkspaceSeed(workspace: workspace, time: time).prepare()
                }
            }
            return changes
        }
    }

    /// Removes an agent from the configuration after its runs have ended. Returns how many bindings went with it. When it fails
    /// after the agent has left the configuration, the same call again does the rest.
    /// - Parameter files: whether what was made for the agent goes to the trash. A workspace that somebody else made, or that
    ///   another agent uses, stays.
    func delete(_ agent: AgentID, files: Bool) async throws -> Int {
        let (location, directory) = (location, directory)
        // What is refused ends no run.
        let rest = try await control.read { snapshot in
            try Self.leftover(of: agent, files: files, snapshot, location)
        }
        try await settleAll(agent)
        var removed = rest ?? Removed()
        if rest == nil {
            let plan = Live(Removed())
            _ = try await control.edit { snapshot in
                let (changes, bindings) = try AgentListEdit(snapshot).deleting(agent)
                let workspace = snapshot.configuration.agents.workspace(of: agent, in: location)
                let isOurs = AgentHome(agent, in: directory).made(workspace: workspace)
                let isFree = isOurs && !Self.isShared(workspace, Self.others(agent, snapshot, location), location)
                plan.replace(with: Removed(bindings: bindings, workspace: isFree ? workspace : nil))
                return changes
            }
            removed = plan.value
        }
        if files { try await retire(agent, workspace: removed.workspace) }
        logger.notice("agent deleted", metadata: ["agent": "\(agent)", "files": "\(files)"])
        return removed.bindings
    }

    private struct Removed: Sendable {
        var bindings = 0
        /// The workspace when it may be moved.
        var workspace: String?
    }

    /// What is left of an agent that an earlier delete has taken out of the list; nil for one that is listed. Throws what a
    /// delete is refused with.
    private static func leftover(
        of agent: AgentID, files: Bool, _ snapshot: ConfigSnapshot, _ location: ConfigLocation
    ) throws -> Removed? {
        let home = AgentHome(agent, in: StateDirectory(root: location.stateDirectory))
        if !files || agent == .main || snapshot.configuration.agents.ids.contains(agent) || !home.exists {
            _ = try AgentListEdit(snapshot).deleting(agent)
            return nil
        }
        let workspace = home.madeWorkspace
        return Removed(
            workspace: Self.isShared(workspace, others(agent, snapshot, location), location) ? nil : workspace)
    }

    /// The workspaces of all other agents.
    private static func others(
        _ agent: AgentID, _ snapshot: ConfigSnapshot, _ location: ConfigLocation
    ) -> [String] {
        let agents = snapshot.configuration.agents
        return agents.ids.filter { $0 != agent }.map { agents.workspace(of: $0, in: location) }
    }

    private func settleAll(_ agent: AgentID) async throws {
        for record in try await sessions.list(agent: agent) { try await settle(record.key) }
    }

    private func retire(_ agent: AgentID, workspace: String?) async throws {
        // What began before the configuration was in effect.
        try await settleAll(agent)
        for record in try await sessions.list(agent: agent) {
            _ = try await sessions.delete(record.key, archiveTranscript: true)
        }
        try await sessions.flush()
        let (home, now) = (AgentHome(agent, in: directory), time.nowMilliseconds)
        let (moved, faults) = try await FileWork.shared.run { home.retire(workspace: workspace, now: now) }
        for path in moved { logger.notice("moved to the trash", metadata: ["path": "\(path)"]) }
        for fault in faults { logger.warning("not moved to the trash", metadata: ["reason": "\(fault)"]) }
    }

    /// Whether something besides the agent lives in the folder, or above it something that must stay.
    private static func isShared(_ workspace: String, _ others: [String], _ location: ConfigLocation) -> Bool {
        func real(_ path: String) -> String { FilePath.real(path) ?? path }
        let own = real(workspace)
        let kept = others + [location.stateDirectory, location.homeDirectory, location.configPath]
        return kept.contains { FilePath.isInside(real($0), own) }
            || others.contains { FilePath.isInside(own, real($0)) }
    }

    /// The folder that a caller names, absolute. One that holds the Gateway's own files is none for an agent.
    private func path(_ text: String) throws(ClawError) -> String {
        let text = FilePath.expandingTilde(text.trimmingWhitespace, home: location.homeDirectory)
        let path = FilePath.absolute(text, from: location.homeDirectory)
        let kept = [location.stateDirectory, location.homeDirectory, location.configPath]
        if text.isEmpty || kept.contains(where: { FilePath.isInside($0, path) }) {
            throw ClawError(
                .invalidRequest, "\"\(path)\" cannot be a workspace: it holds more than one agent's files.",
                hint: "Name a folder of its own, such as \(location.stateDirectory)/workspace-<agent>.")
        }
        return path
    }

    /// Writes who the agent is into the file that it reads of itself, which was made a moment ago.
    private static func introduce(_ fields: AgentListEdit.Fields, in workspace: String) throws {
        let directory = ConfinedDirectory(root: workspace)
        var text = String(decoding: try directory.read("IDENTITY.md", limit: 1 << 20), as: UTF8.self)
        if !text.hasSuffix("\n") { text += "\n" }
        for (label, value) in [("Name", fields.name), ("Emoji", fields.emoji), ("Avatar", fields.avatar)] {
            if let value, !value.isEmpty { text += "- \(label): \(value)\n" }
        }
        _ = try directory.write(Array(text.utf8), to: "IDENTITY.md", mode: 0o600)
    }
}
