import ArgumentParser
import ClawConfig
import ClawCore
import ClawDaemon
import ClawSupport

/// `openclaw agents add`.
struct AgentsAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make another agent, with a workspace and sessions of its own.",
        discussion: """
            In a terminal it asks for what is not given. A Gateway that runs takes the agent up by itself. Chats go to the \
            default agent until they are bound to another one.
            """)

    @Argument(help: "Its name; its id is made of it.")
    var name: String?

    @Option(help: ArgumentHelp("Where it works.", valueName: "folder"))
    var workspace: String?

    @Option(help: "Its model, where it is not that of all agents.")
    var model: String?

    @Option(
        help: ArgumentHelp(
            "Give it the chats of a channel, or of one account; may be repeated.", valueName: "channel[:account]"))
    var bind: [String] = []

    @Option(help: "Its emoji.")
    var emoji: String?

    @Flag(help: "Ask nothing.")
    var nonInteractive = false

    @Flag(help: "Print what was made as JSON, and ask nothing.")
    var json = false

    func run() async throws {
        let context = CommandContext.current
        let work = try AgentsWorkplace(context, writes: true)
        let asks = context.prompt.isInteractive && !nonInteractive && !json
        guard let name = try AgentsWorkplace.line("The name", try name ?? (asks ? ask(context) : nil)) else {
            throw ClawError(
                .invalidRequest, "The agent needs a name.", hint: "Write `openclaw agents add <name>`.")
        }
        guard let agent = AgentID(normalizing: name) else {
            throw ClawError(
                .invalidRequest, "No id can be made of the name \"\(name)\".",
                hint: "Use a name with at least one letter from a to z or one digit.")
        }
        let places = try bind.map { try AgentBindings.Place($0) }
        var fields = AgentFields()
        fields.name = name
        fields.model = try AgentsWorkplace.line("--model", model)
        fields.emoji = try AgentsWorkplace.line("--emoji", emoji, limit: 64)
        fields.workspace = try folder(work, agent, asks: asks)
        let chosen = fields
        let path = try await AgentsWorkplace.inWords { try await work.stored.create(agent, chosen) }
        // The file was just written, so the positions of bindings are read anew.
        let fresh = try AgentsWorkplace(context, writes: true)
        let outcome = fresh.bindings.binding(places, to: agent)
        try fresh.apply(outcome.changes)
        if json {
            var result: JSONObject = [
                "agentId": .string(agent.rawValue), "name": .string(name), "workspace": .string(path),
            ]
            result.set("model", chosen.model)
            result["bindings"] = BindingText.json(outcome, verb: "added")
            return context.terminal.json(.object(result))
        }
        context.terminal.line("The agent \(agent) works in \(TerminalText.clean(path, isOneLine: true)).")
        BindingText.write(outcome, agent: agent, done: "now go to", context.terminal)
        context.terminal.line("Talk to it: openclaw agent --agent \(agent) --message \"Hello\"")
    }

    private func ask(_ context: CommandContext) throws -> String {
        try context.prompt.text("What is the agent called?", on: context.terminal)
    }

    private func folder(_ work: AgentsWorkplace, _ agent: AgentID, asks: Bool) throws -> String {
        let usual = work.stored.usualWorkspace(of: agent)
        let text =
            try workspace
            ?? (asks
                ? work.context.prompt.text("Where does it work?", initially: usual, on: work.context.terminal) : usual)
        let home = work.installation.location.homeDirectory
        return FilePath.absolute(
            FilePath.expandingTilde(text.trimmingWhitespace, home: home), from: work.context.workingDirectory)
    }
}
