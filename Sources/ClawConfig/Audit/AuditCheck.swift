/// One question of the audit, answered from the subject alone.
package struct AuditCheck: Sendable {
    /// What was found; the severity only where it is not the usual one.
    struct Hit: Sendable, Hashable {
        var detail: String
        var severity: AuditSeverity?
        /// Takes the place of `*` in the check's id.
        var subject: String?

        init(_ detail: String, _ severity: AuditSeverity? = nil, subject: String? = nil) {
            self.detail = detail
            self.severity = severity
            self.subject = subject
        }
    }

    /// `*` stands for the id of a channel.
    package let id: String
    package let severity: AuditSeverity
    package let title: String
    /// When it speaks, for the reference page.
    package let condition: String
    /// What to do; nil where nothing has to be done.
    package let remediation: String?
    private let find: @Sendable (AuditSubject) -> [Hit]

    init(
        _ id: String, _ severity: AuditSeverity, _ title: String, when condition: String, fix remediation: String?,
        _ find: @escaping @Sendable (AuditSubject) -> [Hit]
    ) {
        self.id = id
        self.severity = severity
        self.title = title
        self.condition = condition
        self.remediation = remediation
        self.find = find
    }

    package func findings(_ subject: AuditSubject) -> [AuditFinding] {
        find(subject).map { hit in
            AuditFinding(
                checkID: hit.subject.map { name in
                    id.split(separator: "*", omittingEmptySubsequences: false).joined(separator: name)
                } ?? id, severity: hit.severity ?? severity, title: title, detail: hit.detail, remediation: remediation)
        }
    }

    /// Every check, in the order of the reference page.
    package static let all: [AuditCheck] =
        [files, access, controlPage, proxies, http, secrets, models, channels, exposure, [attackSurface]].flatMap(
            \.self)

    /// Runs all of them; the worst come first.
    package static func run(_ subject: AuditSubject) -> [AuditFinding] {
        let found = all.flatMap { $0.findings(subject) }
        return AuditSeverity.allCases.flatMap { severity in found.filter { $0.severity == severity } }
    }

    /// `docs/security-audit.md`.
    package static func page() -> String {
        """
        # Security audit

        This page is made from the checks by `make docs`; a test compares it with them.

        `openclaw security audit` reads the configuration and the files of this installation and says what lets others in. It
        changes nothing and needs no running Gateway; the exit code is 0 whatever it finds.

        - `--deep` also asks the running Gateway, and says `gateway.probe_failed` (warn) when it does not answer.
        - `--fix` changes every `groupPolicy` `open` to `allowlist`, `logging.redactSensitive` `off` to `tools`, and takes the
          state directory, the configuration with what it includes, credentials, keys, session lists and transcripts from other
          users (mode 700 and 600). It never touches secrets, the bind mode or the auth mode. The configuration is edited in
          place, and ten earlier copies are kept beside it.
        - `--json` prints `{ts, summary, findings[{checkId, severity, title, detail, remediation}]}`; with `--fix` it is
          `{fix, report}`.

        "Others reach the Gateway" means: it listens beyond this machine, or Tailscale serves it.

        \(table())

        """
    }

    /// The reference table of the checks.
    static func table() -> String {
        let rows = all.map { check in
            let id = check.id.split(separator: "*", omittingEmptySubsequences: false).joined(separator: "<channel>")
            return "| `\(id)` | \(check.severity.rawValue) | \(check.condition) | \(check.remediation ?? "–") |"
        }
        return """
            | Check | Severity | When | What to do |
            |---|---|---|---|
            \(rows.joined(separator: "\n"))
            """
    }
}
