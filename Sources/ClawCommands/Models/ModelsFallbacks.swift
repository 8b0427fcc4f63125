import ArgumentParser
import ClawConfig
import ClawCore
import ClawDaemon
import ClawSupport

/// `openclaw models fallbacks …`.
struct ModelsFallbacks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fallbacks", abstract: "The models that are tried when the first one fails, in order.",
        subcommands: [FallbacksList.self, FallbacksAdd.self, FallbacksRemove.self, FallbacksClear.self],
        defaultSubcommand: FallbacksList.self)
}

/// `openclaw models fallbacks list`.
struct FallbacksList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show them.")

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let work = try await ModelsWorkplace(CommandContext.current)
        let fallbacks = work.choice.fallbacks
        if json { return work.context.terminal.json(["fallbacks": .strings(fallbacks)]) }
        if fallbacks.isEmpty { return work.context.terminal.line("There are no fallbacks.") }
        for name in fallbacks { work.context.terminal.line(TerminalText.clean(name, isOneLine: true)) }
    }
}

/// `openclaw models fallbacks add`.
struct FallbacksAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "add", abstract: "Add one at the end.")

    @Argument(help: "provider/model, or an alias.")
    var model: String

    @Flag(help: "Print what was done as JSON.")
    var json = false

    func run() async throws {
        let work = try await ModelsWorkplace(CommandContext.current)
        let reference = try work.overview.resolve(model).description
        let fallbacks = work.choice.fallbacks.filter { $0 != reference } + [reference]
        try work.change(
            work.changes(primary: work.choice.primary, fallbacks: fallbacks),
            done: "Fallbacks: \(fallbacks.joined(separator: ", ")).", path: "agents.defaults.model", json: json)
    }
}

/// `openclaw models fallbacks remove`.
struct FallbacksRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "remove", abstract: "Take one away.")

    @Argument(help: "The model, as `fallbacks list` shows it.")
    var model: String

    @Flag(help: "Print what was done as JSON.")
    var json = false

    func run() async throws {
        let work = try await ModelsWorkplace(CommandContext.current)
        let fallbacks = work.choice.fallbacks
        guard fallbacks.contains(model) else {
            throw ClawError(
                .notFound, "\"\(model)\" is no fallback.", hint: "See `openclaw models fallbacks list`.")
        }
        try work.change(
            work.changes(primary: work.choice.primary, fallbacks: fallbacks.filter { $0 != model }),
            done: "Removed \(model).", path: "agents.defaults.model", json: json)
    }
}

/// `openclaw models fallbacks clear`.
struct FallbacksClear: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "clear", abstract: "Take all of them away.")

    @Flag(help: "Print what was done as JSON.")
    var json = false

    func run() async throws {
        let work = try await ModelsWorkplace(CommandContext.current)
        try work.change(
            work.changes(primary: work.choice.primary, fallbacks: []), done: "There are no fallbacks now.",
            path: "agents.defaults.model", json: json)
    }
}
