import ClawConfig
import ClawCore
import ClawProviders
import ClawStore
import ClawSupport

/// The stored keys that the model vendors are called with.
enum StoredCredentials {
    /// The first usable credential of each vendor: what the default agent stored over what `main` stored. Files that cannot
    /// be read give none, and `problem` says why.
    static func load(
        _ snapshot: ConfigSnapshot, in location: ConfigLocation, now: Int64
    ) -> (credentials: [String: ModelCredential], problem: ClawError?) {
        do throws(ClawError) {
            return (usable(try stored(snapshot.configuration, in: location), snapshot, now: now), nil)
        } catch {
            return ([:], error)
        }
    }

    private static func stored(
        _ configuration: Configuration, in location: ConfigLocation
    ) throws(ClawError) -> AuthProfiles {
        var stored = AuthProfiles()
        for file in files(configuration, in: location).reversed() { stored = try file.read().over(stored) }
        return stored
    }

    /// What stored profiles refer to in files and programs.
    static func references(_ configuration: Configuration, in location: ConfigLocation) -> [SecretResolution.Want] {
        // Files that cannot be read give no credentials either, and that is told where they are used.
        guard let stored = try? stored(configuration, in: location) else { return [] }
        return stored.profiles.compactMap { profile in
            guard let reference = SecretReference(profile.reference), reference.source != .env else { return nil }
            return SecretResolution.Want(path: "auth-profiles.json \(profile.id)", reference: reference)
        }
    }

    /// The files that are read, the one that counts most first.
    static func files(_ configuration: Configuration, in location: ConfigLocation) -> [AuthProfileFile] {
        let agents = configuration.agents
        let owners = agents.defaultID == .main ? [.main] : [agents.defaultID, .main]
        return owners.map { AuthProfileFile(agentDirectory: agents.agentDirectory(of: $0, in: location)) }
    }

    private static func usable(
        _ stored: AuthProfiles, _ snapshot: ConfigSnapshot, now: Int64
    ) -> [String: ModelCredential] {
        var found: [String: ModelCredential] = [:]
        for provider in Set(stored.profiles.map(\.provider)) {
            for profile in stored.candidates(for: provider) where !profile.isExpired(now: now) {
                // Where both stand, the reference counts.
                let secret = SecretReference(profile.reference).flatMap(snapshot.secret) ?? profile.secret
                guard let secret, !secret.isEmpty else { continue }
                found[provider] = ModelCredential(secret: secret, profile: profile.id)
                break
            }
        }
        return found
    }
}
