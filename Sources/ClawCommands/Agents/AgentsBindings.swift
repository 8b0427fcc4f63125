import ArgumentParser
import ClawCore
import ClawDaemon
import ClawSupport

/// `openclaw agents bindings`.
struct AgentsBindings: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bindings", abstract: "Show which chats go to which agent.",
        discussion: "The first line that fits a chat counts; a chat that none fits goes to the default agent.")

    @Option(help: "Only those of this agent.")
    var agent: String?

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let context = CommandContext.current
        let work = try AgentsWorkplace(context, writes: false)
        let wanted = try agent.map { try work.stored.agent($0) }
        let shown = work.bindings.all.filter { wanted == nil || AgentID(normalizing: $0.agent) == wanted }
        if json {
            return context.terminal.json(
                .array(
                    shown.map {
                        ["agentId": .string($0.agent), "match": $0.match, "description": .string($0.text)]
                    }))
        }
        if shown.isEmpty {
            return context.terminal.line("Every chat goes to the agent \(work.stored.defaultAgent).")
        }
        var table = TextTable(["AGENT", "CHATS"])
        for binding in shown { table.add(.init(binding.agent), .init(binding.text)) }
        context.terminal.write(table.rendered(for: context.terminal))
    }
}

/// `openclaw agents bind`.
struct AgentsBind: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bind", abstract: "Give an agent the chats of a channel, or of one account of it.")

    @Option(help: "The agent; needed when there are several.")
    var agent: String?

    @Option(help: ArgumentHelp("What it gets; may be repeated.", valueName: "channel[:account]"))
    var bind: [String]

    @Flag(help: "Print what was done as JSON.")
    var json = false

    func run() async throws {
        let context = CommandContext.current
        let work = try AgentsWorkplace(context, writes: true)
        let target = try work.agent(agent)
        let outcome = work.bindings.binding(try bind.map { try AgentBindings.Place($0) }, to: target)
        try work.apply(outcome.changes)
        if json {
            var result = BindingText.json(outcome, verb: "added")
            result["agentId"] = .string(target.rawValue)
            context.terminal.json(result)
        } else {
            BindingText.write(outcome, agent: target, done: "now go to", context.terminal)
            for place in outcome.skipped { context.terminal.line("The chats of \(place) went to \(target) already.") }
        }
        if !outcome.conflicts.isEmpty { throw ExitCode(ExitStatus.failed.rawValue) }
    }
}

/// `openclaw agents unbind`.
struct AgentsUnbind: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unbind", abstract: "Take chats from an agent; they go to the default agent then.")

    @Option(help: "The agent; needed when there are several.")
    var agent: String?

    @Option(help: ArgumentHelp("What it loses; may be repeated.", valueName: "channel[:account]"))
    var bind: [String] = []

    @Flag(help: "Everything that is bound to it.")
    var all = false

    @Flag(help: "Print what was done as JSON.")
    var json = false

    func validate() throws {
        if bind.isEmpty != all { throw ValidationError("Give --bind <channel> or --all, one of the two.") }
    }

    func run() async throws {
        let context = CommandContext.current
        let work = try AgentsWorkplace(context, writes: true)
        let target = try work.agent(agent)
        let places = try all ? nil : bind.map { try AgentBindings.Place($0) }
        let outcome = work.bindings.unbinding(places, from: target)
        try work.apply(outcome.changes)
        if json {
            var result = BindingText.json(outcome, verb: "removed")
            result["agentId"] = .string(target.rawValue)
            context.terminal.json(result)
        } else {
            BindingText.write(outcome, agent: target, done: "no longer go to", context.terminal)
            for place in outcome.skipped { context.terminal.note("The chats of \(place) are bound to nobody.") }
            if outcome.done.isEmpty, all { context.terminal.line("Nothing was bound to \(target).") }
        }
        if !outcome.conflicts.isEmpty || !outcome.skipped.isEmpty { throw ExitCode(ExitStatus.failed.rawValue) }
    }
}
