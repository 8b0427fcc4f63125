package import ClawSupport

/// How bad a finding is.
package enum AuditSeverity: String, Sendable, Hashable, CaseIterable {
    case critical
    case warn
    case info
}

/// One thing that the security audit says.
package struct AuditFinding: Sendable, Hashable {
    /// Stable, such as `gateway.bind_no_auth`.
    package var checkID: String
    package var severity: AuditSeverity
    package var title: String
    /// What was found, in a sentence. Never a secret.
    package var detail: String
    /// What to do about it; nil where nothing has to be done.
    package var remediation: String?

    package init(
        checkID: String, severity: AuditSeverity, title: String, detail: String, remediation: String? = nil
    ) {
        self.checkID = checkID
        self.severity = severity
        self.title = title
        self.detail = detail
        self.remediation = remediation
    }

    package var json: JSONValue {
        var object: JSONObject = [
            "checkId": .string(checkID), "severity": .string(severity.rawValue), "title": .string(title),
            "detail": .string(detail),
        ]
        object.set("remediation", remediation)
        return .object(object)
    }
}

/// What a whole audit came to.
package struct AuditReport: Sendable, Hashable {
    /// Milliseconds since 1970.
    package var time: Int64
    package var findings: [AuditFinding]

    package init(time: Int64, findings: [AuditFinding]) {
        self.time = time
        self.findings = findings
    }

    package func count(_ severity: AuditSeverity) -> Int { findings.count { $0.severity == severity } }

    /// `Summary: 1 critical · 2 warn · 1 info`, without the first word.
    package var summary: String {
        AuditSeverity.allCases.map { "\(count($0)) \($0.rawValue)" }.joined(separator: " · ")
    }

    package var json: JSONObject {
        [
            "ts": .int64(time),
            "summary": .object(JSONObject(AuditSeverity.allCases.map { ($0.rawValue, .int(count($0))) })),
            "findings": .array(findings.map(\.json)),
        ]
    }
}
