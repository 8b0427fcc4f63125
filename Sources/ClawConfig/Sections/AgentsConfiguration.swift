package import ClawCore
import ClawSupport

/// `agents`: what holds for all agents, and the list of them.
package struct AgentsConfiguration: Sendable {
    package var defaults: AgentDefaults
    /// In the order of the file; empty when only the agent `main` exists.
    package var list: [AgentConfiguration]

    init(_ reader: ConfigReader) {
        defaults = AgentDefaults(reader.section("defaults"))
        list = reader.elements("list").compactMap(AgentConfiguration.init)
    }

    /// The agents that exist; `main` when none is listed.
    package var ids: [AgentID] { list.isEmpty ? [defaultID] : list.map(\.id) }

    /// The first that is marked as default, else the first, else `main`.
    package var defaultID: AgentID {
        (list.first(where: \.isDefault) ?? list.first)?.id ?? .main
    }

    /// What the list says about an agent; an agent without an entry has only defaults.
    package subscript(id: AgentID) -> AgentConfiguration {
        list.first { $0.id == id } ?? AgentConfiguration(id: id)
    }

    /// The models of an agent: its own, with the fallbacks of the defaults when it names none. Nil when neither names one.
    package func model(of id: AgentID) -> ModelChoice? {
        let own = self[id].model
        let shared = defaults.model
        let choice = ModelChoice(
            primary: own?.primary ?? shared?.primary, fallbacks: own?.fallbacks ?? shared?.fallbacks)
        return choice.primary == nil && choice.fallbacks == nil ? nil : choice
    }

    /// Where an agent works, as an absolute path.
    package func workspace(of id: AgentID, in location: ConfigLocation) -> String {
        if let own = self[id].workspace { return FilePath.absolute(own, from: location.homeDirectory) }
        if id != defaultID { return "\(location.stateDirectory)/workspace-\(id)" }
        return defaults.workspace.map { FilePath.absolute($0, from: location.homeDirectory) }
            ?? location.defaultWorkspace
    }

    /// Where an agent keeps its keys and model settings, as an absolute path.
    package func agentDirectory(of id: AgentID, in location: ConfigLocation) -> String {
        self[id].agentDirectory.map { FilePath.absolute($0, from: location.homeDirectory) }
            ?? "\(location.stateDirectory)/agents/\(id)/agent"
    }
}

/// A model and those that are tried when it fails, as text: an alias or `provider/model`.
package struct ModelChoice: Sendable, Hashable {
    package var primary: String?
    /// Nil when the configuration does not say; empty means none.
    package var fallbacks: [String]?

    package init(primary: String?, fallbacks: [String]? = nil) {
        self.primary = primary
        self.fallbacks = fallbacks
    }

    init?(_ value: JSONValue?) {
        switch value {
        case .string(let text): self.init(primary: text)
        case .object(let object):
            self.init(
                primary: object["primary"]?.stringValue, fallbacks: object["fallbacks"].flatMap(ConfigReader.texts))
        default: return nil
        }
    }
}

/// One entry of `agents.list`.
package struct AgentConfiguration: Sendable {
    package struct Identity: Sendable, Hashable {
        package var name: String?
        package var theme: String?
        package var emoji: String?
        package var avatar: String?

        package init(name: String? = nil, theme: String? = nil, emoji: String? = nil, avatar: String? = nil) {
            self.name = name
            self.theme = theme
            self.emoji = emoji
            self.avatar = avatar
        }
    }

    package var id: AgentID
    package var isDefault = false
    package var name: String?
    package var workspace: String?
    package var agentDirectory: String?
    package var model: ModelChoice?
    package var identity = Identity()
    package var tools = ToolsConfiguration()
    package var mentionPatterns: [String]?
    package var historyLimit: Int?

    package init(id: AgentID) { self.id = id }

    init?(_ reader: ConfigReader) {
        guard let id = reader.string("id").flatMap(AgentID.init(normalizing:)) else { return nil }
        self.id = id
        isDefault = reader.bool("default")
        name = reader.string("name")
        workspace = reader.string("workspace")
        agentDirectory = reader.string("agentDir")
        model = ModelChoice(reader.object["model"])
        let identity = reader.section("identity")
        self.identity = Identity(
            name: identity.string("name"), theme: identity.string("theme"), emoji: identity.string("emoji"),
            avatar: identity.string("avatar"))
        tools = ToolsConfiguration(reader.section("tools"))
        mentionPatterns = reader.section("groupChat").optionalStrings("mentionPatterns")
        historyLimit = reader.section("groupChat").optionalInt("historyLimit")
    }
}
