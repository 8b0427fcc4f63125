import ArgumentParser
import ClawConfig
import ClawCore
import ClawDaemon
import ClawSupport

/// `openclaw models aliases …`.
struct ModelsAliases: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "aliases", abstract: "Short names of models.",
        subcommands: [AliasesList.self, AliasesAdd.self, AliasesRemove.self], defaultSubcommand: AliasesList.self)
}

/// `openclaw models aliases list`.
struct AliasesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show the short names.")

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let work = try await ModelsWorkplace(CommandContext.current)
        let entries = work.agents.defaults.models.compactMap { model in model.alias.map { ($0, model.reference) } }
        let terminal = work.context.terminal
        if json { return terminal.json(["aliases": .object(JSONObject(entries.map { ($0, .string($1)) }))]) }
        if entries.isEmpty { return terminal.line("There are no aliases.") }
        var table = TextTable(["ALIAS", "MODEL"])
        for (alias, reference) in entries { table.add(.init(alias), .init(reference)) }
        terminal.write(table.rendered(for: terminal))
    }
}

/// `openclaw models aliases add`.
struct AliasesAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Give a model a short name.")

    @Argument(help: "The short name.")
    var alias: String

    @Argument(help: "provider/model.")
    var model: String

    @Flag(help: "Print what was done as JSON.")
    var json = false

    func run() async throws {
        let work = try await ModelsWorkplace(CommandContext.current)
        if alias.contains("/") || alias.allSatisfy(\.isWhitespace) {
            throw ClawError(.invalidRequest, "\"\(alias)\" is no alias.", hint: "Use a word without a slash.")
        }
        let reference = try work.overview.resolve(model).description
        let path = AgentDefaults.modelPath(reference)
        var changes: [ConfigEditor.Change] = work.agents.defaults.models.compactMap { other in
            guard other.alias?.lowercased() == alias.lowercased(), other.reference != reference else { return nil }
            return .unset(AgentDefaults.modelPath(other.reference).appending("alias").description)
        }
        changes.append(.set(path.appending("alias").description, .string(alias)))
        // The first entry would make a list of the only models that can be chosen: the present ones belong to it.
        if work.agents.defaults.models.isEmpty {
            let used = [work.choice.primary].compactMap(\.self) + work.choice.fallbacks
            for name in used where name.contains("/") && name != reference {
                changes.append(.set(AgentDefaults.modelPath(name).description, [:]))
            }
        }
        try work.change(changes, done: "\(alias) is \(reference) now.", path: path.description, json: json)
    }
}

/// `openclaw models aliases remove`.
struct AliasesRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take a short name away; its model stays.")

    @Argument(help: "The short name.")
    var alias: String

    @Flag(help: "Print what was done as JSON.")
    var json = false

    func run() async throws {
        let work = try await ModelsWorkplace(CommandContext.current)
        guard let model = work.agents.defaults.models.first(where: { $0.alias?.lowercased() == alias.lowercased() })
        else {
            throw ClawError(
                .notFound, "There is no alias \"\(alias)\".", hint: "See `openclaw models aliases list`.")
        }
        let path = AgentDefaults.modelPath(model.reference)
        try work.change(
            [.set(path.description, .object(Self.without(alias: work, model.reference)))],
            done: "\(alias) is no alias any more.", path: path.description, json: json)
    }

    /// What the file says of the model, without its alias.
    private static func without(alias work: ModelsWorkplace, _ reference: String) -> JSONObject {
        var entry = work.installation.snapshot.parsed["agents"]?["defaults"]?["models"]?[reference]?.objectValue ?? [:]
        entry["alias"] = nil
        return entry
    }
}
