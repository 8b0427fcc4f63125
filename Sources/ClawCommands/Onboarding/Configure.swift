import ArgumentParser
import ClawConfig
import ClawCore
import ClawDaemon
import ClawSupport

/// `openclaw configure`.
struct Configure: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configure", abstract: "Change the set-up with questions.",
        discussion: "Nothing is written before the last question. Scripts use `openclaw onboard --non-interactive`.")

    private enum Section: String, CaseIterable {
        case workspace
        case model
        case gateway
    }

    @Option(
        help: ArgumentHelp("What to change; may be repeated. Without it: all.", valueName: "workspace|model|gateway"))
    var section: [String] = []

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        for name in section where Section(rawValue: name) == nil {
            throw ValidationError("--section takes \(Section.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
    }

    func run() async throws {
        let context = CommandContext.current
        guard context.prompt.isInteractive else {
            throw ClawError(
                .invalidRequest, "Nobody sits at a terminal to answer.",
                hint: "Scripts use `openclaw onboard --non-interactive`, or `openclaw config set`.")
        }
        let work = try await ModelsWorkplace(context)
        let current = work.installation.file.inspect()
        if !current.isValid { throw ConfigFile.refusal(current) }
        let sections = section.isEmpty ? Section.allCases : section.compactMap(Section.init)
        var plan = OnboardingPlan()
        plan.setsGateway = sections.contains(.gateway)
        let steps = OnboardingSteps(options: try OnboardingOptions.parse([]), work: work, asks: true)
        for section in sections {
            switch section {
            case .workspace: try steps.chooseWorkspace(&plan)
            case .model: try await steps.chooseModel(&plan)
            case .gateway: try steps.chooseGateway(&plan)
            }
        }
        let writer = OnboardingWriter(work: work, plan: plan)
        try writer.write()
        if json { return context.terminal.json(writer.summary) }
        context.terminal.line("Wrote \(work.installation.location.configPath).")
        if sections.contains(.model), plan.choice != .skip,
            try context.prompt.confirm(
                "Ask the model for one word, to see that it works?", initially: true, on: context.terminal)
        {
            _ = try await writer.check()
        }
    }
}
