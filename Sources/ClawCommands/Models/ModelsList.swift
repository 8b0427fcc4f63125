import ArgumentParser
import ClawConfig
import ClawCore
import ClawDaemon
import ClawSupport

/// `openclaw models list`.
struct ModelsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the models that can be used; with --all every one that is described.")

    @Flag(help: "Also models whose vendor has no key.")
    var all = false

    @Option(help: "Only the models of this vendor.")
    var provider: String?

    @Flag(help: "Print only the names, one a line.")
    var plain = false

    @Flag(help: "Print JSON.")
    var json = false

    private struct Row {
        var model: ModelDescription
        var tags: [String]
        var isLocal: Bool
        var isAvailable: Bool
    }

    func run() async throws {
        let work = try await ModelsWorkplace(CommandContext.current)
        let rows = rows(work)
        let terminal = work.context.terminal
        if json {
            return terminal.json(["count": .int(rows.count), "models": .array(rows.map(Self.json))])
        }
        if plain {
            for row in rows { terminal.line(TerminalText.clean(row.model.reference.description, isOneLine: true)) }
            return
        }
        if rows.isEmpty { return terminal.line("There is no such model.") }
        var table = TextTable(["MODEL", "INPUT", "WINDOW", "KEY", "TAGS"])
        for row in rows {
            table.add(
                .init(row.model.reference.description), .init(row.model.acceptsImages ? "text, image" : "text"),
                .init("\(row.model.contextWindow)"),
                .init(row.isAvailable ? "yes" : "missing", row.isAvailable ? .success : .warning),
                .init(row.tags.joined(separator: ", "), .muted))
        }
        terminal.write(table.rendered(for: terminal))
    }

    private func rows(_ work: ModelsWorkplace) -> [Row] {
        let (primary, fallbacks) = work.overview.models(of: work.agents.defaultID)
        let aliases = work.agents.defaults.models
        var models = work.overview.models(all: all)
        // What is used is listed, whether it is described and has a key or not.
        for reference in [primary] + fallbacks where !models.contains(where: { $0.reference == reference }) {
            models.append(work.overview.description(of: reference))
        }
        return models.filter { model in
            provider.map { $0.lowercased() == model.reference.provider } ?? true
        }.sorted { $0.reference.description < $1.reference.description }.map { model in
            var tags: [String] = []
            if model.reference == primary { tags.append("default") }
            if let index = fallbacks.firstIndex(of: model.reference) { tags.append("fallback#\(index + 1)") }
            if let alias = aliases.first(where: { $0.reference == model.reference.description })?.alias {
                tags.append("alias:\(alias)")
            }
            return Row(
                model: model, tags: tags, isLocal: work.overview.access(to: model.reference.provider)?.isLocal ?? true,
                isAvailable: work.overview.isUsable(model.reference.provider))
        }
    }

    private static func json(_ row: Row) -> JSONValue {
        [
            "key": .string(row.model.reference.description), "name": .string(row.model.name),
            "input": row.model.acceptsImages ? "text+image" : "text", "contextWindow": .int(row.model.contextWindow),
            "local": .bool(row.isLocal), "available": .bool(row.isAvailable), "tags": .strings(row.tags),
            "missing": .bool(!row.isAvailable),
        ]
    }
}
