import ArgumentParser
import ClawCore
import ClawStore
import ClawSupport

/// The vendor whose order is meant.
struct AuthOrderTarget: ParsableArguments {
    @Option(help: "The vendor.")
    var provider: String

    @Flag(help: "Print JSON.")
    var json = false

    func show(_ file: AuthProfileFile, _ terminal: Terminal) throws {
        let profiles = try file.read()
        let order = profiles.candidates(for: provider).map(\.id)
        let isChosen = profiles.order(of: provider) != nil
        if json {
            return terminal.json([
                "provider": .string(provider), "order": .strings(order), "chosen": .bool(isChosen),
            ])
        }
        if order.isEmpty { return terminal.line("Nothing is stored for \(provider).") }
        for id in order { terminal.line(TerminalText.clean(id, isOneLine: true)) }
        if !isChosen { terminal.note("No order is chosen; this is the one that holds.") }
    }
}

/// `openclaw models auth order get`.
struct AuthOrderGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "get", abstract: "Show it.")

    @OptionGroup var target: AuthOrderTarget

    func run() async throws {
        let work = try await ModelsWorkplace(CommandContext.current)
        try target.show(work.profiles, work.context.terminal)
    }
}

/// `openclaw models auth order set`.
struct AuthOrderSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Choose it; stored keys that are not named are not tried.")

    @Argument(help: "The profiles, the first to try first.")
    var profiles: [String]

    @OptionGroup var target: AuthOrderTarget

    func run() async throws {
        let work = try await ModelsWorkplace(CommandContext.current)
        let known = try work.profiles.read().profiles.filter { $0.provider == target.provider.lowercased() }.map(\.id)
        if let wrong = profiles.first(where: { !known.contains($0) }) {
            throw ClawError(
                .notFound, "There is no profile \"\(wrong)\" of \(target.provider).",
                hint: known.isEmpty
                    ? "Store one with `openclaw models auth add`." : "Known: \(known.joined(separator: ", ")).")
        }
        try work.profiles.change { $0.setOrder(of: target.provider, to: profiles) }
        try target.show(work.profiles, work.context.terminal)
    }
}

/// `openclaw models auth order clear`.
struct AuthOrderClear: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "clear", abstract: "Leave it to the program again.")

    @OptionGroup var target: AuthOrderTarget

    func run() async throws {
        let work = try await ModelsWorkplace(CommandContext.current)
        try work.profiles.change { $0.setOrder(of: target.provider, to: nil) }
        try target.show(work.profiles, work.context.terminal)
    }
}
