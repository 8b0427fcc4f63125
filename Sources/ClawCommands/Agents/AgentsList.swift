import ArgumentParser
import ClawDaemon
import ClawSupport

/// `openclaw agents list`.
struct AgentsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the agents, the default one first.")

    @Flag(help: "Show which chats go to each agent.")
    var bindings = false

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let context = CommandContext.current
        let rows = await (try AgentsWorkplace(context, writes: false)).stored.rows()
        if json {
            return context.terminal.json(
                .array(
                    rows.map { row in
                        var row = row
                        if !bindings { row["bindingDetails"] = nil }
                        return row
                    }))
        }
        var table = TextTable(
            ["AGENT", "NAME", "MODEL"] + (bindings ? ["CHATS"] : []) + ["WORKSPACE"], keepsLast: true)
        for row in rows {
            func text(_ key: String) -> String? { row[key]?.stringValue }
            let isDefault = row["isDefault"]?.boolValue == true
            let name = [text("identityEmoji"), text("identityName") ?? text("name")].compactMap(\.self)
            var cells: [TextTable.Cell] = [
                .init("\(text("id") ?? "?")\(isDefault ? " (default)" : "")"),
                .init(name.isEmpty ? "-" : name.joined(separator: " ")), .init(text("model") ?? "-"),
            ]
            if bindings {
                let chats = row["bindingDetails"]?.arrayValue?.compactMap(\.stringValue) ?? []
                cells.append(.init(chats.isEmpty ? "-" : chats.joined(separator: ", ")))
            }
            cells.append(.init(text("workspace") ?? "-", .muted))
            table.add(cells)
        }
        context.terminal.write(table.rendered(for: context.terminal))
    }
}
