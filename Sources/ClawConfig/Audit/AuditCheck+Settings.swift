import ClawCore
import ClawSupport

/// HTTP, secrets in the file, and what is written down.
extension AuditCheck {
    /// Tools that HTTP denies unless the configuration allows them.
    private static let deniedOverHTTP = ["sessions_spawn", "sessions_send", "cron", "gateway", "whatsapp_login"]

    private static func endpoints(_ subject: AuditSubject) -> [String] {
        ["chatCompletions", "responses"].filter {
            subject.value(at: "gateway", "http", "endpoints", $0, "enabled")?.boolValue == true
        }
    }

    static let http: [AuditCheck] = [
        AuditCheck(
            "gateway.http.no_auth", .warn, "HTTP needs no secret",
            when: "`gateway.auth.mode` is `none`; critical when others reach the Gateway",
            fix: "Set gateway.auth.mode to token."
        ) { subject in
            guard subject.authMode == .none else { return [] }
            let paths = ["/tools/invoke"] + endpoints(subject).map { "gateway.http.endpoints.\($0)" }
            return [
                Hit("Reachable: \(paths.joined(separator: ", ")).", subject.isExposed ? .critical : nil)
            ]
        },
        AuditCheck(
            "gateway.http.session_key_override_enabled", .info, "HTTP clients choose their session",
            when: "the chat completions or responses endpoint is on", fix: nil
        ) { subject in
            let enabled = endpoints(subject)
            return enabled.isEmpty ? [] : [Hit("On: \(enabled.joined(separator: ", ")).")]
        },
        AuditCheck(
            "gateway.tools_invoke_http.dangerous_allow", .warn, "HTTP may call tools that it should not",
            when: "`gateway.tools.allow` names a tool that HTTP denies by default; critical when others reach the "
                + "Gateway", fix: "Remove it from gateway.tools.allow."
        ) { subject in
            let allowed = Set(
                (subject.value(at: "gateway", "tools", "allow")?.arrayValue ?? []).compactMap {
                    $0.stringValue?.lowercased()
                })
            let found = deniedOverHTTP.filter(allowed.contains)
            return found.isEmpty
                ? [] : [Hit("Allowed: \(found.joined(separator: ", ")).", subject.isExposed ? .critical : nil)]
        },
    ]

    private static func insecureFlags(_ subject: AuditSubject) -> [String] {
        let page = subject.gateway.controlUI
        let flags = [
            ("gateway.controlUi.allowInsecureAuth", page.allowInsecureAuth),
            (
                "gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback",
                page.dangerouslyAllowHostHeaderOriginFallback
            ),
            ("gateway.controlUi.dangerouslyDisableDeviceAuth", page.dangerouslyDisableDeviceAuth),
        ]
        return flags.filter(\.1).map(\.0)
    }

    static let secrets: [AuditCheck] = [
        AuditCheck(
            "config.insecure_or_dangerous_flags", .warn, "Dangerous switches are on",
            when: "a switch is on whose name says insecure or dangerously", fix: "Unset them."
        ) { subject in
            let flags = insecureFlags(subject)
            return flags.isEmpty ? [] : [Hit("On: \(flags.joined(separator: ", ")).")]
        },
        AuditCheck(
            "config.secrets.gateway_password_in_config", .warn, "The password stands in the file",
            when: "`gateway.auth.password` is a text and not a reference",
            fix: "Put it into OPENCLAW_GATEWAY_PASSWORD or <state>/.env, and remove the key."
        ) { subject in
            guard let text = subject.parsed["gateway"]?["auth"]?["password"]?.stringValue, !text.isEmpty,
                EnvironmentReferences.wholeName(text) == nil
            else { return [] }
            return [Hit("gateway.auth.password holds the password itself.")]
        },
        AuditCheck(
            "logging.redact_off", .warn, "Secrets are not removed from what is shown",
            when: "`logging.redactSensitive` is `off`", fix: "Set it to tools."
        ) { subject in
            subject.value(at: "logging", "redactSensitive")?.stringValue == "off"
                ? [Hit("logging.redactSensitive is off.")] : []
        },
        AuditCheck(
            "tools.profile_minimal_overridden", .warn, "An agent has more tools than all",
            when: "`tools.profile` is `minimal` and an agent has another profile",
            fix: "Give the agent the same profile, or choose another for all."
        ) { subject in
            guard subject.configuration.tools.profile == .minimal else { return [] }
            let others = subject.configuration.agents.list.filter {
                $0.tools.profile != nil && $0.tools.profile != .minimal
            }
            return others.isEmpty ? [] : [Hit("Agents: \(others.map(\.id.rawValue).joined(separator: ", ")).")]
        },
    ]
}
