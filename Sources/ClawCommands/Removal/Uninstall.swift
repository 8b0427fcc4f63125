import ArgumentParser
import ClawConfig
import ClawCore
import ClawStore
import ClawSupport

/// `openclaw uninstall`.
struct Uninstall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall", abstract: "Remove the service, and take state and workspaces out of use.",
        discussion: """
            Only what is named goes, and nothing is deleted: files are moved to a folder beside the state directory, whose name \
            is printed. The program itself stays.
            """)

    @Flag(help: "Stop the service and remove it.")
    var service = false

    @Flag(help: "Move the state directory aside: configuration, keys, sessions; not the workspaces.")
    var state = false

    @Flag(help: "Move the agents' workspaces aside.")
    var workspace = false

    @Flag(help: "All of these.")
    var all = false

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false

    @Flag(help: "Ask nothing; needs --yes and what shall go.")
    var nonInteractive = false

    @Flag(help: "Only tell what would be done.")
    var dryRun = false

    @Flag(help: "Print JSON.")
    var json = false

    /// What goes.
    private struct Parts {
        var service: Bool
        var state: Bool
        var workspace: Bool

        var isEmpty: Bool { !service && !state && !workspace }
    }

    func run() async throws {
        let context = CommandContext.current
        let asks = !nonInteractive && !json && context.prompt.isInteractive
        let parts = try parts(asks: asks, context)
        if !yes, !dryRun, !asks {
            throw ClawError(
                .invalidRequest, "This takes files out of use, and nobody can be asked.",
                hint: "Say --yes when you mean it, or look with --dry-run.")
        }
        let installation = try Installation.load(context)
        let control = ServiceControl.current(context, installation.location)
        var plan = try plan(parts, installation, now: context.time.nowMilliseconds)
        let isInstalled = try parts.service ? control.installedText() != nil : false
        let serviceFile = isInstalled ? control.supervisor.definitionPath : nil
        let terminal = context.terminal
        if !json, dryRun || !yes {
            if let serviceFile { terminal.line("Would stop the service and remove \(serviceFile)") }
            plan.write(isDone: false, to: terminal)
            if serviceFile == nil, plan.items.isEmpty { terminal.line("There is nothing to remove.") }
        }
        var report: ServiceReport?
        if !dryRun {
            if !yes, try !context.prompt.confirm("Do it?", initially: false, on: terminal) {
                throw CancellationError()
            }
            if serviceFile != nil { report = try await control.uninstall(force: false) }
            if !plan.items.isEmpty {
                plan = try SetAside.carryOut(installation.location) {
                    try self.plan(parts, installation, now: context.time.nowMilliseconds)
                }
            }
        }
        if json { return terminal.json(summary(plan, serviceFile, report, context)) }
        if dryRun { return }
        if let report { terminal.line(TerminalText.clean(report.message)) }
        if yes { plan.write(isDone: true, to: terminal) }
        terminal.line(
            "The program stays; remove it with: rm \(TerminalText.clean(context.executable, isOneLine: true))")
    }

    private func parts(asks: Bool, _ context: CommandContext) throws -> Parts {
        var parts = Parts(service: service || all, state: state || all, workspace: workspace || all)
        if !parts.isEmpty { return parts }
        guard asks else {
            throw ClawError(
                .invalidRequest, "Say what goes.", hint: "With --service, --state, --workspace, or --all.")
        }
        func ask(_ question: String, _ initial: Bool) throws -> Bool {
            try context.prompt.confirm(question, initially: initial, on: context.terminal)
        }
        parts.service = try ask("Remove the service?", true)
        parts.state = try ask("Move configuration, keys and sessions aside?", false)
        parts.workspace = try ask("Move the agents' workspaces aside?", false)
        return parts
    }

    private func plan(_ parts: Parts, _ installation: Installation, now: Int64) throws -> SetAside {
        let agents = installation.snapshot.configuration.agents
        let workspaces = agents.ids.map { agents.workspace(of: $0, in: installation.location) }
        var plan = SetAside(installation.location, label: "removed", now: now)
        if parts.state { try plan.addState(keeping: parts.workspace ? [] : workspaces) }
        if parts.workspace { plan.addWorkspaces(workspaces) }
        return plan
    }

    private func summary(
        _ plan: SetAside, _ serviceFile: String?, _ report: ServiceReport?, _ context: CommandContext
    ) -> JSONValue {
        var object: JSONObject = ["dryRun": .bool(dryRun), "moved": plan.json, "folder": .string(plan.folder)]
        object.set("serviceFile", serviceFile)
        object.set("service", report?.message)
        object["program"] = .string(context.executable)
        return .object(object)
    }
}
