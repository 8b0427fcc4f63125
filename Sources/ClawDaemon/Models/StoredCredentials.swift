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
        _ configuration: Configuration, in location: ConfigLocation, environment: [String: String], now: Int64
    ) -> (credentials: [String: ModelCredential], problem: ClawError?) {
        do throws(ClawError) {
            var stored = AuthProfiles()
            for file in files(configuration, in: location).reversed() { stored = try file.read().over(stored) }
            return (usable(stored, environment: environment, now: now), nil)
        } catch {
            return ([:], error)
        }
    }

    /// The files that are read, the one that counts most first.
    static func files(_ configuration: Configuration, in location: ConfigLocation) -> [AuthProfileFile] {
        let agents = configuration.agents
        let owners = agents.defaultID == .main ? [.main] : [agents.defaultID, .main]
        return owners.map { AuthProfileFile(agentDirectory: agents.agentDirectory(of: $0, in: location)) }
    }

    private static func usable(
        _ stored: AuthProfiles, environment: [String: String], now: Int64
    ) -> [String: ModelCredential] {
        var found: [String: ModelCredential] = [:]
        for provider in Set(stored.profiles.map(\.provider)) {
            for profile in stored.candidates(for: provider) where !profile.isExpired(now: now) {
                let secret = profile.secret ?? profile.variable.flatMap { environment[$0] }.map { Redacted($0) }
                guard let secret, !secret.isEmpty else { continue }
                found[provider] = ModelCredential(secret: secret, profile: profile.id)
                break
            }
        }
        return found
    }
}
