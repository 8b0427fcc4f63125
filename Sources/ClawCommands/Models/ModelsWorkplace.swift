import ClawConfig
import ClawCore
import ClawDaemon
import ClawStore
import ClawSupport

/// What the commands on models work with.
struct ModelsWorkplace: Sendable {
    let installation: Installation
    let overview: ModelOverview
    let context: CommandContext

    init(_ context: CommandContext) async throws(ClawError) {
        let found = try Installation.load(context)
        // What cannot be taken is shown as a missing key.
        let secrets = await SecretResolution.take(found.snapshot, in: found.location)
        self.init(Installation(file: found.file, snapshot: found.snapshot.using(secrets.values)), context)
    }

    /// Asks no provider of secrets: for what needs none.
    init(withoutSecrets context: CommandContext) throws(ClawError) {
        self.init(try Installation.load(context), context)
    }

    private init(_ installation: Installation, _ context: CommandContext) {
        self.context = context
        self.installation = installation
        overview = ModelOverview(installation.snapshot, in: installation.location, time: context.time)
    }

    var agents: AgentsConfiguration { installation.snapshot.configuration.agents }

    /// The folder with the keys of the default agent.
    var agentDirectory: String { agents.agentDirectory(of: agents.defaultID, in: installation.location) }

    var profiles: AuthProfileFile { AuthProfileFile(agentDirectory: agentDirectory) }

    /// Changes the configuration, and says what was done.
    func change(_ changes: [ConfigEditor.Change], done: String, path: String, json: Bool) throws {
        let outcome = try ConfigEditor(installation.file, time: context.time).apply(changes)
        ConfigChangeText.show(
            outcome, done: done, path: path, json: json, context.terminal)
    }

    /// What `agents.defaults.model` says now, as an object.
    var choice: (primary: String?, fallbacks: [String]) {
        let model = agents.defaults.model
        return (model?.primary, model?.fallbacks ?? [])
    }

    /// The changes that make `primary` and `fallbacks` the models of all agents. Where only some models may be chosen, these
    /// join them.
    func changes(primary: String?, fallbacks: [String]) -> [ConfigEditor.Change] {
        var changes: [ConfigEditor.Change] = []
        if fallbacks.isEmpty, let primary {
            changes.append(.set("agents.defaults.model", .string(primary)))
        } else {
            var model = JSONObject()
            model.set("primary", primary)
            model["fallbacks"] = .strings(fallbacks)
            changes.append(.set("agents.defaults.model", .object(model)))
        }
        changes += agents.defaults.admitting([primary].compactMap(\.self) + fallbacks)
        return changes
    }
}
