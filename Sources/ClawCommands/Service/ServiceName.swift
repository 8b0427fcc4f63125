/// What the service of a profile is called by each system. Other tools look for these names.
struct ServiceName: Sendable, Hashable {
    /// Nil for the default profile.
    let profile: String?

    init(profile: String?) { self.profile = profile == "default" ? nil : profile }

    var systemdUnit: String { "openclaw-gateway\(profile.map { "-\($0)" } ?? "").service" }

    var launchdLabel: String { "ai.openclaw.\(profile ?? "gateway")" }

    /// As `OpenClaw Gateway (profile: work, v2026.3.3)`.
    func description(version: String) -> String {
        "OpenClaw Gateway (\(profile.map { "profile: \($0), " } ?? "")v\(version))"
    }
}
