import ClawAgent
package import ClawConfig
package import ClawCore
import ClawStore
package import ClawSupport
import Logging

/// Where agents are made and changed: first their folders, then their entry in the configuration, so that no entry stands for
/// folders that could not be made.
package struct AgentWorkshop: Sendable {
    private let control: ConfigControl
    private let location: ConfigLocation
    private let directory: StateDirectory
    private let resolve: ModelReader
    private let time: any TimeSource
    private let logger = Logger(label: "openclaw.agents")

    /// The reference of a model that people name, in the configuration as it is in the file. Throws `ClawError` for one that
    /// cannot be used.
    package typealias ModelReader = @Sendable (String, ConfigSnapshot) throws -> String

    package init(
        control: ConfigControl, location: ConfigLocation, resolve: @escaping ModelReader, time: any TimeSource
    ) {
        self.control = control
        self.location = location
        directory = StateDirectory(root: location.stateDirectory)
        self.resolve = resolve
        self.time = time
    }

    /// Makes an agent with its folders and first files. Returns its workspace.
    package func create(_ agent: AgentID, _ fields: AgentFields) async throws -> String {
        var fields = fields
        let workspace = try path(fields.workspace ?? "")
        fields.workspace = workspace
        let chosen = fields
        let (directory, time, resolve) = (directory, time, resolve)
        _ = try await control.edit { snapshot in
            let chosen = try Self.resolved(chosen, resolve, snapshot)
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

    package func update(_ agent: AgentID, _ fields: AgentFields) async throws {
        var fields = fields
        if let text = fields.workspace { fields.workspace = try path(text) }
        let chosen = fields
        let (directory, time, resolve) = (directory, time, resolve)
        _ = try await control.edit { snapshot in
            let chosen = try Self.resolved(chosen, resolve, snapshot)
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

    private static func resolved(
        _ fields: AgentFields, _ resolve: ModelReader, _ snapshot: ConfigSnapshot
    ) throws -> AgentFields {
        var fields = fields
        fields.model = try fields.model.map { try resolve($0, snapshot) }
        return fields
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
    private static func introduce(_ fields: AgentFields, in workspace: String) throws {
        let directory = ConfinedDirectory(root: workspace)
        var text = String(decoding: try directory.read("IDENTITY.md", limit: 1 << 20), as: UTF8.self)
        if !text.hasSuffix("\n") { text += "\n" }
        for (label, value) in [("Name", fields.name), ("Emoji", fields.emoji), ("Avatar", fields.avatar)] {
            if let value, !value.isEmpty { text += "- \(label): \(value)\n" }
        }
        _ = try directory.write(Array(text.utf8), to: "IDENTITY.md", mode: 0o600)
    }
}
