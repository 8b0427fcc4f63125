import ArgumentParser
import ClawConfig
import ClawCore
import ClawDaemon
import ClawSupport

/// `openclaw models set`.
struct ModelsSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Choose the model that agents use unless they have their own.")

    @Argument(help: "provider/model, or an alias.")
    var model: String

    @Flag(help: "Print what was done as JSON.")
    var json = false

    func run() async throws {
        let work = try await ModelsWorkplace(CommandContext.current)
        let reference = try work.overview.resolve(model).description
        try work.change(
            work.changes(primary: reference, fallbacks: work.choice.fallbacks.filter { $0 != reference }),
            done: "The model is \(reference) now.", path: "agents.defaults.model", json: json)
        guard let access = work.overview.access(to: ModelReference(reference)?.provider ?? ""), !access.isUsable else {
            return
        }
        if access.requiresKey, !json {
            work.context.terminal.note(
                "There is no key for it yet: `openclaw models auth add --provider \(access.id)`.")
        }
    }
}
