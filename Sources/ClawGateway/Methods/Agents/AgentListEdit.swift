import ClawConfig
import ClawCore
import ClawSupport

/// The changes of the configuration that make, change and remove an agent. Pure.
struct AgentListEdit: Sendable {
    private let agents: AgentsConfiguration
    private let value: JSONValue

    init(_ snapshot: ConfigSnapshot) {
        agents = snapshot.configuration.agents
        value = snapshot.value
    }

    private var list: [JSONValue] { value["agents"]?["list"]?.arrayValue ?? [] }

    /// An agent more. The agent that exists without being listed stays: it is listed, too.
    func creating(_ agent: AgentID, _ fields: AgentFields) throws(ClawError) -> [ConfigEditor.Change] {
        if agent == .main { throw ClawError(.invalidRequest, "\"main\" is reserved") }
        if agents.ids.contains(agent) { throw ClawError(.invalidRequest, "agent \"\(agent)\" already exists") }
        let entry = Self.entry(agent, fields)
        guard list.isEmpty else {
            return [.set("agents.list[\(list.count)]", entry)] + admitting(fields.model)
        }
        return [.set("agents.list", [["id": .string(agents.defaultID.rawValue)], entry])] + admitting(fields.model)
    }

    func updating(_ agent: AgentID, _ fields: AgentFields) throws(ClawError) -> [ConfigEditor.Change] {
        guard let index = index(of: agent) else {
            guard list.isEmpty, agent == agents.defaultID else { throw Self.notFound(agent.rawValue) }
            return [.set("agents.list", [Self.entry(agent, fields)])] + admitting(fields.model)
        }
        let place = "agents.list[\(index)]"
        var changes: [ConfigEditor.Change] = []
        func set(_ key: String, _ text: String?) {
            if let text { changes.append(.set("\(place).\(key)", .string(text))) }
        }
        set("name", fields.name)
        set("workspace", fields.workspace)
        // Fallbacks beside the model stay.
        set(list[index]["model"]?.objectValue == nil ? "model" : "model.primary", fields.model)
        set("identity.name", fields.identityName)
        set("identity.theme", fields.theme)
        set("identity.emoji", fields.emoji)
        set("identity.avatar", fields.avatar)
        return changes + admitting(fields.model)
    }

    /// Where only some models may be chosen, the model joins them.
    private func admitting(_ model: String?) -> [ConfigEditor.Change] {
        model.map { agents.defaults.admitting([$0]) } ?? []
    }

    /// The agent removed from the list and from everything that names it.
    func deleting(
        _ agent: AgentID
    ) throws(ClawError) -> (changes: [ConfigEditor.Change], bindings: Int) {
        if agent == .main { throw ClawError(.invalidRequest, "\"main\" cannot be deleted") }
        guard let index = index(of: agent) else { throw Self.notFound(agent.rawValue) }
        let bindings = (value["bindings"]?.arrayValue ?? []).indices.filter {
            Self.id(value["bindings"]?.arrayValue?[$0]["agentId"]) == agent
        }
        // From the end, so that the positions of the others stay.
        var changes = bindings.reversed().map { ConfigEditor.Change.unset("bindings[\($0)]") }
        for (peer, agents) in value["broadcast"]?.objectValue ?? [:] {
            changes += Self.removals(
                of: agent, from: agents, at: ConfigPath().appending("broadcast").appending(peer).description)
        }
        changes += Self.removals(
            of: agent, from: value["tools"]?["agentToAgent"]?["allow"], at: "tools.agentToAgent.allow")
        changes.append(.unset("agents.list[\(index)]"))
        return (changes, bindings.count)
    }

    static func notFound(_ text: String) -> ClawError {
        ClawError(.invalidRequest, "agent \"\(text.prefix(64))\" not found")
    }

    private func index(of agent: AgentID) -> Int? { list.firstIndex { Self.id($0["id"]) == agent } }

    private static func id(_ value: JSONValue?) -> AgentID? { value?.stringValue.flatMap(AgentID.init(normalizing:)) }

    private static func removals(
        of agent: AgentID, from value: JSONValue?, at path: String
    ) -> [ConfigEditor.Change] {
        let elements = value?.arrayValue ?? []
        return elements.indices.reversed().filter { id(elements[$0]) == agent }.map { .unset("\(path)[\($0)]") }
    }

    private static func entry(_ agent: AgentID, _ fields: AgentFields) -> JSONValue {
        var entry: JSONObject = ["id": .string(agent.rawValue)]
        entry.set("name", fields.name)
        entry.set("workspace", fields.workspace)
        entry.set("model", fields.model)
        var identity = JSONObject()
        identity.set("name", fields.identityName)
        identity.set("theme", fields.theme)
        identity.set("emoji", fields.emoji)
        identity.set("avatar", fields.avatar)
        if !identity.isEmpty { entry["identity"] = .object(identity) }
        return .object(entry)
    }
}
