package import ClawConfig
package import ClawCore
import ClawStore
import ClawSupport

/// What became of all references of a configuration to secrets, asked at one time (config §7). References to variables are
/// read where they are used: a vendor without its key does not stop the others.
package struct SecretResolution: Sendable {
    /// A reference that leads to no secret.
    package struct Failure: Sendable, Hashable, CustomStringConvertible {
        /// The place of the configuration, or the stored profile.
        package let path: String
        package let reference: SecretReference
        package let fault: SecretFault

        package var description: String { "\(path) (\(reference)): \(fault)" }
    }

    /// A reference and where it stands.
    struct Want: Sendable {
        let path: String
        let reference: SecretReference
    }

    package var values = SecretValues.none
    package var failures: [Failure] = []
    /// Places whose references are not needed, since what they belong to is switched off or not part of this program.
    package var ignored: [String] = []

    /// Asks every provider that a reference in use names. Takes as long as the slowest of them may.
    /// - Parameter isWanted: which places of the configuration are asked for, and whether stored keys are (nil).
    package static func take(
        _ snapshot: ConfigSnapshot, in location: ConfigLocation, where isWanted: (ConfigPath?) -> Bool = { _ in true }
    ) async -> SecretResolution {
        var resolution = SecretResolution()
        var wants: [Want] = []
        for slot in SecretSlot.all(in: snapshot.value, channels: Catalogue.channelIDs) where isWanted(slot.path) {
            guard let reference = slot.reference, reference.source != .env else { continue }
            if slot.isActive {
                wants.append(Want(path: slot.path.description, reference: reference))
            } else {
                resolution.ignored.append(slot.path.description)
            }
        }
        if isWanted(nil) { wants += StoredCredentials.references(snapshot.configuration, in: location) }
        await resolution.take(wants, snapshot)
        return resolution
    }

    private mutating func take(_ wants: [Want], _ snapshot: ConfigSnapshot) async {
        let secrets = snapshot.configuration.secrets
        let groups = Dictionary(grouping: wants) { secrets.name(for: $0.reference) }.sorted { $0.key < $1.key }
        let environment = snapshot.environment
        var found: [SecretReference: Result<Redacted, SecretFault>] = [:]
        await withTaskGroup(of: [SecretReference: Result<Redacted, SecretFault>].self) { tasks in
            var waiting = groups[...]
            func start(_ tasks: inout TaskGroup<[SecretReference: Result<Redacted, SecretFault>]>) {
                guard let (name, wants) = waiting.popFirst() else { return }
                let references = Set(wants.map(\.reference))
                tasks.addTask { await SecretQuery(name, references, secrets, environment).answer() }
            }
            for _ in 0..<secrets.maxConcurrency { start(&tasks) }
            while let answer = await tasks.next() {
                found.merge(answer) { $1 }
                start(&tasks)
            }
        }
        values = SecretValues(found.compactMapValues { try? $0.get() })  // failures are told below
        for want in wants {
            if case .failure(let fault)? = found[want.reference] {
                failures.append(Failure(path: want.path, reference: want.reference, fault: fault))
            }
        }
    }

    /// The failures in words; nil when there are none.
    package var problem: ClawError? {
        guard let first = failures.first else { return nil }
        let more = failures.count > 1 ? " (\(failures.count - 1) more)" : ""
        return ClawError(
            .configInvalid, "A secret cannot be taken: \(first)\(more)",
            hint: "Correct what is wrong there; `openclaw secrets audit` shows all of them.")
    }
}
