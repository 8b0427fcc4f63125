import ArgumentParser
import ClawConfig
import ClawCore
import ClawDaemon
import ClawStore
import ClawSupport

/// `openclaw models status`.
struct ModelsStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the models in use and whether their keys are there.",
        discussion:
            "With --check the exit code is 1 when a key is missing or expired, and 2 when one ends within a day.")

    private static let warnAfter: Int64 = 86_400_000

    @Flag(help: "Fail when a key is missing, or ends soon.")
    var check = false

    @Flag(help: "Ask each model in use for one word. This costs a few tokens.")
    var probe = false

    @Option(help: ArgumentHelp("How long a probe may take.", valueName: "ms"))
    var probeTimeout = 8000

    @Flag(help: "Print only the name of the model.")
    var plain = false

    @Flag(help: "Print JSON.")
    var json = false

    /// What came of asking one model.
    private struct Probe {
        var model: ModelReference
        var milliseconds: Int?
        var problem: String?
    }

    func run() async throws {
        let work = try await ModelsWorkplace(CommandContext.current)
        let (model, fallbacks) = work.overview.models(of: work.agents.defaultID)
        let used = [model] + fallbacks
        let accesses = work.overview.accesses(including: used)
        let profiles = try work.profiles.read().profiles
        let missing = Set(used.map(\.provider)).subtracting(["demo"]).filter { !work.overview.isUsable($0) }.sorted()
        let probes = probe ? await probes(of: used, work) : nil
        await work.overview.close()
        let terminal = work.context.terminal
        if json {
            terminal.json(
                report(work, model, fallbacks, accesses: accesses, profiles: profiles, missing: missing, probes: probes)
            )
        } else if plain {
            terminal.line(TerminalText.clean(model.description, isOneLine: true))
        } else {
            write(work, model, fallbacks, accesses, profiles)
            if let probes { Self.write(probes, to: terminal) }
            if let problem = work.overview.credentialProblem { terminal.note(TerminalText.clean(problem.description)) }
            for provider in missing {
                terminal.note(
                    "There is no key for \(provider): `openclaw models auth add --provider \(provider)`.")
            }
        }
        if check { try Self.check(profiles, missing, now: work.context.time.nowMilliseconds) }
        if probes?.contains(where: { $0.problem != nil }) == true { throw ExitCode.failure }
    }

    private static func check(_ profiles: [AuthProfiles.Profile], _ missing: [String], now: Int64) throws {
        if !missing.isEmpty || profiles.contains(where: { $0.isExpired(now: now) }) { throw ExitCode.failure }
        if profiles.contains(where: { $0.isExpired(now: now + warnAfter) }) {
            throw ExitCode(ExitStatus.warning.rawValue)
        }
    }

    private func probes(of models: [ModelReference], _ work: ModelsWorkplace) async -> [Probe] {
        var probes: [Probe] = []
        for model in models {
            do {
                let time = try await work.overview.probe(
                    model, timeout: .milliseconds(probeTimeout), time: work.context.time)
                probes.append(Probe(model: model, milliseconds: time))
            } catch {
                probes.append(Probe(model: model, problem: "\(error)"))
            }
        }
        return probes
    }

    private static func write(_ probes: [Probe], to terminal: Terminal) {
        terminal.line()
        terminal.heading("Probes")
        var table = TextTable()
        for probe in probes {
            if let problem = probe.problem {
                table.add(.init(probe.model.description), .init("failed", .error), .init(problem))
            } else {
                table.add(
                    .init(probe.model.description), .init("ok", .success), .init("\(probe.milliseconds ?? 0) ms"))
            }
        }
        terminal.write(table.rendered(for: terminal))
    }

    private func write(
        _ work: ModelsWorkplace, _ model: ModelReference, _ fallbacks: [ModelReference], _ accesses: [VendorAccess],
        _ profiles: [AuthProfiles.Profile]
    ) {
        let terminal = work.context.terminal
        var table = TextTable()
        table.add("Model", .init(model.description))
        table.add("Fallbacks", .init(fallbacks.isEmpty ? "none" : fallbacks.map(\.description).joined(separator: ", ")))
        let aliases = work.agents.defaults.models.compactMap { model in model.alias.map { "\($0) = \(model.reference)" }
        }
        if !aliases.isEmpty { table.add("Aliases", .init(aliases.joined(separator: ", "))) }
        table.add("Stored keys", .init(work.profiles.path))
        terminal.write(table.rendered(for: terminal))
        var keys = TextTable(["VENDOR", "KEY", "FROM"])
        for access in accesses {
            let state: TextTable.Cell =
                access.hasKey
                ? .init("there", .success)
                : access.isUsable ? .init("not needed", .muted) : .init("missing", .warning)
            keys.add(.init(access.name), state, .init(access.source))
        }
        if !keys.isEmpty {
            terminal.line()
            terminal.heading("Keys")
            terminal.write(keys.rendered(for: terminal))
        }
    }

    private func report(
        _ work: ModelsWorkplace, _ model: ModelReference, _ fallbacks: [ModelReference], accesses: [VendorAccess],
        profiles: [AuthProfiles.Profile], missing: [String], probes: [Probe]?
    ) -> JSONValue {
        let aliases = work.agents.defaults.models.compactMap { model in
            model.alias.map { ($0, JSONValue.string(model.reference)) }
        }
        let now = work.context.time.nowMilliseconds
        var auth: JSONObject = [
            "storePath": .string(work.profiles.path), "missingProvidersInUse": .strings(missing),
            "providers": .array(
                accesses.map { access in
                    [
                        "provider": .string(access.id), "hasKey": .bool(access.hasKey),
                        "source": .string(access.source),
                        "profiles": .strings(profiles.filter { $0.provider == access.id }.map(\.id)),
                    ]
                }),
            "unusableProfiles": .array(
                profiles.filter { $0.isExpired(now: now) }.map {
                    ["profileId": .string($0.id), "provider": .string($0.provider), "reason": "expired"]
                }),
        ]
        auth.set(
            "probes",
            probes.map { probes in
                .array(
                    probes.map { probe in
                        var object: JSONObject = [
                            "model": .string(probe.model.description), "ok": .bool(probe.problem == nil),
                        ]
                        object.set("latencyMs", probe.milliseconds)
                        object.set("error", probe.problem)
                        return .object(object)
                    })
            })
        return [
            "configPath": .string(work.installation.location.configPath), "agentDir": .string(work.agentDirectory),
            "defaultModel": .nullable(work.choice.primary), "resolvedDefault": .string(model.description),
            "fallbacks": .strings(fallbacks.map(\.description)), "aliases": .object(JSONObject(aliases)),
            "allowed": .strings(work.agents.defaults.models.map(\.reference)), "auth": .object(auth),
        ]
    }
}
