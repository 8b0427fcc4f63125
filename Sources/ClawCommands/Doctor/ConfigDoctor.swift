import ClawConfig
import ClawCore
import ClawSupport

/// What is wrong with the configuration: keys of earlier versions, unknown keys, wrong values, a missing token.
struct ConfigDoctor {
    let file: ConfigFile
    let context: CommandContext
    let repairs: Bool
    /// Whether these keys may go.
    let mayRemove: ([String]) throws -> Bool

    private var editor: ConfigEditor { ConfigEditor(file, time: context.time) }

    func examine() throws -> [DoctorFinding] {
        let snapshot = file.inspect()
        guard snapshot.exists else {
            return [
                .warning(
                    "There is no \(snapshot.path); defaults are used.", fix: "`openclaw onboard` sets everything up.")
            ]
        }
        if snapshot.parsed == [:], let issue = snapshot.issues.first {
            return [.problem(issue.description, fix: "Correct it by hand; an earlier text is \(snapshot.path).bak.")]
        }
        var findings = migrate(snapshot)
        findings += try removeUnknown(file.inspect())
        let now = file.inspect()
        findings += now.issues.map { .problem($0.description) }
        findings += now.warnings.filter { !$0.isUnknownKey }.map { .warning($0.description) }
        findings += token(now)
        if now.isValid { findings.append(.ok("\(now.path) is valid.")) }
        return findings
    }

    private func migrate(_ snapshot: ConfigSnapshot) -> [DoctorFinding] {
        let legacy = LegacyKeys(in: snapshot.parsed)
        var findings: [DoctorFinding] = legacy.conflicts.map { .warning($0, fix: "Keep one of the two by hand.") }
        if legacy.steps.isEmpty { return findings }
        if !repairs {
            findings += legacy.steps.map { .problem("An earlier spelling: \($0.note).", fix: "--fix moves it.") }
            return findings
        }
        do throws(ClawError) {
            _ = try editor.apply(legacy.changes)
            findings += legacy.steps.map { .repaired("Moved \($0.note).") }
        } catch {
            findings.append(.problem("Earlier spellings could not be moved: \(error.message)", fix: error.hint))
        }
        return findings
    }

    private func removeUnknown(_ snapshot: ConfigSnapshot) throws -> [DoctorFinding] {
        let unknown = snapshot.warnings.filter(\.isUnknownKey)
        if unknown.isEmpty { return [] }
        let keys = unknown.map(\.path)
        guard repairs, try mayRemove(keys) else {
            return unknown.map { issue in
                .warning("\(issue.path) is not known and has no effect.", fix: issue.fix ?? "--fix takes it out.")
            }
        }
        do throws(ClawError) {
            // The last elements of a list go first, so that the others keep their places.
            _ = try editor.apply(keys.reversed().map { .unset($0) })
            return keys.map { .repaired("Took out \($0); the copies beside the file have it.") }
        } catch {
            return [.problem("Unknown keys could not be taken out: \(error.message)", fix: error.hint)]
        }
    }

    private func token(_ snapshot: ConfigSnapshot) -> [DoctorFinding] {
        let auth = snapshot.configuration.gateway.auth
        let isMissing =
            snapshot.isValid && snapshot.configuration.gateway.mode != .remote && auth.effectiveMode == .token
            && auth.token == nil && snapshot.environment["OPENCLAW_GATEWAY_TOKEN"]?.isEmpty ?? true
        if !isMissing { return [] }
        if !repairs { return [.warning("There is no token yet.", fix: "The Gateway makes one when it starts.")] }
        do throws(ClawError) {
            guard try editor.generateTokenIfMissing(context.entropy) != nil else { return [] }
            return [.repaired("Made a token.")]
        } catch {
            return [.problem("No token could be made: \(error.message)", fix: error.hint)]
        }
    }
}
