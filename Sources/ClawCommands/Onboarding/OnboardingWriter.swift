import ClawConfig
import ClawCore
import ClawDaemon
import ClawStore
import ClawSupport

/// Writes what an onboarding came to, and shows that it works.
struct OnboardingWriter: Sendable {
    let work: ModelsWorkplace
    let plan: OnboardingPlan

    /// Stores the key, makes all changes of the configuration or none, then a token where there is none.
    func write() throws {
        let file = work.installation.file
        let editor = ConfigEditor(file, time: work.context.time)
        var changes = plan.changes(to: work.installation.snapshot.parsed)
        if let model = plan.model {
            changes += work.changes(primary: model, fallbacks: work.choice.fallbacks.filter { $0 != model })
        }
        // First the key: a Gateway that runs reads the stored keys again when the configuration changes.
        if let key = plan.key {
            try work.profiles.change {
                $0.set(
                    key.profile ?? "\(key.provider):default", provider: key.provider, kind: key.kind,
                    secret: key.secret,
                    expires: key.expires)
            }
        }
        _ = try editor.apply(changes)
        if plan.remote == nil { _ = try editor.generateTokenIfMissing(work.context.entropy) }
    }

    /// Asks the model for one word, and says what came of it. False when it did not answer.
    func check() async throws -> Bool {
        let work = try await ModelsWorkplace(work.context)
        let terminal = work.context.terminal
        let model = work.overview.models(of: work.agents.defaultID).model
        let isAnswered: Bool
        do {
            let milliseconds = try await work.overview.probe(model, timeout: .seconds(30), time: work.context.time)
            terminal.line("\(terminal.styled("OK", .success)) \(model) answered in \(milliseconds) ms.")
            isAnswered = true
        } catch {
            terminal.line(
                "\(terminal.styled("Failed:", .error)) \(TerminalText.clean("\(error)", isOneLine: true))")
            isAnswered = false
        }
        await work.overview.close()
        return isAnswered
    }

    var summary: JSONValue {
        let gateway = work.installation.file.inspect().configuration.gateway
        // The file was just written; without it the model is left out.
        let model = try? ModelsWorkplace(withoutSecrets: work.context)
        return [
            "mode": plan.remote == nil ? "local" : "remote",
            "workspace": .string(
                work.agents.workspace(of: work.agents.defaultID, in: work.installation.location)),
            "authChoice": .string(plan.choice.id),
            "model": .nullable(model.map { $0.overview.models(of: $0.agents.defaultID).model.description }),
            "gateway": [
                "port": .int(gateway.port), "bind": .string(gateway.bind.rawValue),
                "authMode": .string(gateway.auth.effectiveMode.rawValue),
                "tailscaleMode": .string(gateway.tailscale.mode.rawValue),
            ],
        ]
    }
}
