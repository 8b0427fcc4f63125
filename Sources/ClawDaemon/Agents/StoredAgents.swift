package import ClawConfig
package import ClawCore
import ClawGateway
import ClawProviders
package import ClawStore
package import ClawSupport

/// The agents of an installation as its files tell of them, for commands that run without a Gateway. One that runs notices the
/// changed configuration by itself.
package struct StoredAgents: Sendable {
    private let file: ConfigFile
    private let snapshot: ConfigSnapshot
    private let time: any TimeSource

    package init(_ file: ConfigFile, snapshot: ConfigSnapshot, time: any TimeSource) {
        self.file = file
        self.snapshot = snapshot
        self.time = time
    }

    private var agents: AgentsConfiguration { snapshot.configuration.agents }

    /// The agent of a name or id. Throws `ClawError` when there is none.
    package func agent(_ text: String) throws(ClawError) -> AgentID {
        if let agent = AgentID(normalizing: text), agents.ids.contains(agent) { return agent }
        throw ClawError(
            .notFound, "There is no agent \"\(text)\".",
            hint: "There are: \(agents.ids.map(\.rawValue).joined(separator: ", ")).")
    }

    /// The agent that works in a folder. Throws `ClawError` when none or several do.
    package func agent(inWorkspace path: String) throws(ClawError) -> AgentID {
        let wanted = FilePath.real(path) ?? path
        let found = agents.ids.filter {
            let workspace = agents.workspace(of: $0, in: file.location)
            return (FilePath.real(workspace) ?? workspace) == wanted
        }
        if let only = found.first, found.count == 1 { return only }
        throw ClawError(
            .notFound, found.isEmpty ? "No agent works in \(path)." : "Several agents work in \(path).",
            hint: "Name the agent with --agent.")
    }

    package var defaultAgent: AgentID { agents.defaultID }
    package var ids: [AgentID] { agents.ids }

    package func workspace(of agent: AgentID) -> String { agents.workspace(of: agent, in: file.location) }

    /// Where an agent works whose maker does not say where.
    package func usualWorkspace(of agent: AgentID) -> String {
        StateDirectory(root: file.location.stateDirectory).workspace(for: agent)
    }

    /// Every agent with what is known of it, the default one first.
    package func rows() async -> [JSONValue] {
        let first = agents.defaultID
        let others = agents.ids.filter { $0 != first }.sorted { $0.rawValue < $1.rawValue }
        let bindings = AgentBindings(snapshot)
        var rows: [JSONValue] = []
        for agent in [first] + others {
            let entry = agents[agent]
            let workspace = workspace(of: agent)
            let own = await identity(in: workspace)
            let isConfigured = entry.identity.name != nil || entry.identity.emoji != nil
            var row: JSONObject = ["id": .string(agent.rawValue)]
            row.set("name", entry.name)
            row.set("identityName", entry.identity.name ?? own.name)
            row.set("identityEmoji", entry.identity.emoji ?? own.emoji)
            if isConfigured || own.name != nil || own.emoji != nil {
                row["identitySource"] = isConfigured ? "config" : "identity"
            }
            row["workspace"] = .string(workspace)
            row["agentDir"] = .string(agents.agentDirectory(of: agent, in: file.location))
            row.set("model", agents.model(of: agent)?.primary)
            let details = bindings.of(agent)
            row["bindings"] = .int(details.count)
            row["bindingDetails"] = .strings(details)
            row["isDefault"] = .bool(agent == first)
            rows.append(.object(row))
        }
        return rows
    }

    /// What an agent says of itself in the file of its workspace, or in another file. A file that cannot be read says nothing.
    package func identity(in workspace: String, file: String = "IDENTITY.md") async -> IdentityText {
        let file = try? await WorkspaceFiles().read(file, in: workspace)
        return IdentityText(file?.content ?? "")
    }

    /// Makes an agent with its folders and first files. Returns its workspace.
    package func create(_ agent: AgentID, _ fields: AgentFields) async throws -> String {
        try await workshop.create(agent, fields)
    }

    package func update(_ agent: AgentID, _ fields: AgentFields) async throws {
        try await workshop.update(agent, fields)
    }

    private var workshop: AgentWorkshop {
        let (file, time) = (file, time)
        return AgentWorkshop(
            control: ConfigControl(editor: ConfigEditor(file, time: time), snapshot: { file.inspect() }),
            location: file.location,
            resolve: { text, snapshot in
                try ModelOverview(snapshot, in: file.location, time: time).resolve(text).description
            }, time: time)
    }
}
