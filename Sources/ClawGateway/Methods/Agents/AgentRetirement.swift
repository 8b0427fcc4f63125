package import ClawConfig
package import ClawCore
package import ClawStore
package import ClawSupport
import Logging

/// How an agent is taken out: its runs end, then its entry in the configuration goes, then its folders move to the trash.
package struct AgentRetirement: Sendable {
    /// What became of an agent that was deleted.
    struct Outcome: Sendable, Hashable {
        /// How many bindings went with it.
        var bindings: Int
        /// Where its folders are now.
        var moved: [String] = []
        var left: [Left] = []
    }

    /// A folder that could not be moved, and why.
    struct Left: Sendable, Hashable {
        var path: String
        var reason: String
    }

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

    /// Removes an agent from the configuration after its runs have ended. What failed after that is in the outcome, and the same
    /// call again does the rest.
    /// - Parameter files: whether what was made for the agent goes to the trash. A workspace that somebody else made, or that
    ///   another agent uses, stays.
    func delete(_ agent: AgentID, files: Bool) async throws -> Outcome {
        let location = location
        // What is refused ends no run.
        let leftover = try await control.read { snapshot in
            try Self.leftover(of: agent, files: files, snapshot, location)
        }
        try await settleAll(agent)
        let removed = if let leftover { leftover } else { try await unlist(agent) }
        var outcome = Outcome(bindings: removed.bindings)
        if files {
            do {
                (outcome.moved, outcome.left) = try await retire(agent, workspace: removed.workspace)
            } catch let error as CancellationError {
                throw error
            } catch {
                // The agent is gone from the configuration, which is not undone because its folders stay.
                outcome.left = [Left(path: directory.agentFolder(agent), reason: "\(error)")]
            }
        }
        for left in outcome.left {
            logger.warning("not moved to the trash", metadata: ["path": "\(left.path)", "reason": "\(left.reason)"])
        }
        logger.notice("agent deleted", metadata: ["agent": "\(agent)", "files": "\(files)"])
        return outcome
    }

    private struct Removed: Sendable {
        var bindings = 0
        /// The workspace when it may be moved.
        var workspace: String?
    }

    /// Takes the agent and its bindings out of the configuration.
    private func unlist(_ agent: AgentID) async throws -> Removed {
        let removed = Live(Removed())
        let (location, directory) = (location, directory)
        _ = try await control.edit { snapshot in
            let (changes, bindings) = try AgentListEdit(snapshot).deleting(agent)
            let workspace = snapshot.configuration.agents.workspace(of: agent, in: location)
            let isFree =
                AgentHome(agent, in: directory).made(workspace: workspace)
                && !Self.isShared(workspace, Self.others(agent, snapshot, location), location)
            removed.replace(with: Removed(bindings: bindings, workspace: isFree ? workspace : nil))
            return changes
        }
        return removed.value
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

    private func retire(_ agent: AgentID, workspace: String?) async throws -> (moved: [String], left: [Left]) {
        // What began before the configuration was in effect.
        try await settleAll(agent)
        for record in try await sessions.list(agent: agent) {
            _ = try await sessions.delete(record.key, archiveTranscript: true)
        }
        try await sessions.flush()
        let (home, now) = (AgentHome(agent, in: directory), time.nowMilliseconds)
        let (moved, faults) = try await FileWork.shared.run { home.retire(workspace: workspace, now: now) }
        for path in moved { logger.notice("moved to the trash", metadata: ["path": "\(path)"]) }
        return (moved, faults.map { Left(path: $0.path, reason: "\($0)") })
    }

    /// Whether something besides the agent lives in the folder, or above it something that must stay.
    private static func isShared(_ workspace: String, _ others: [String], _ location: ConfigLocation) -> Bool {
        func real(_ path: String) -> String { FilePath.real(path) ?? path }
        let own = real(workspace)
        let kept = others + [location.stateDirectory, location.homeDirectory, location.configPath]
        return kept.contains { FilePath.isInside(real($0), own) }
            || others.contains { FilePath.isInside(own, real($0)) }
    }
}
