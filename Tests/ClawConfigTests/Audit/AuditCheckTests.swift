import ClawConfig
import ClawSupport
import ClawTestKit
import Testing

/// Each check of the security audit, with an installation that it speaks about and one that it does not.
struct AuditCheckTests {
    /// An installation, and the checks that speak about it besides the summary.
    struct Case: Sendable {
        let checks: [String]
        var config = "{}"
        var files: [AuditedFile] = []
        var channels: [AuditSubject.Channel] = []
        var agents: [AuditSubject.Agent] = []

        init(_ checks: String..., config: String = "{}") {
            self.checks = checks
            self.config = config
        }

        init(_ checks: String..., role: AuditedFile.Role, mode: UInt32, link: Bool = false, path: String = "/x") {
            self.checks = checks
            files = [AuditedFile(role: role, path: path, mode: mode, isLink: link)]
        }

        init(_ checks: String..., config: String = "{}", channel: AuditSubject.Channel) {
            self.checks = checks
            self.config = config
            channels = [channel]
        }

        init(_ checks: String..., config: String = "{}", agent: AuditSubject.Agent) {
            self.checks = checks
            self.config = config
            agents = [agent]
        }
    }

    /// Laid below every case: nothing to say about it.
    private static let calm =
        #"trustedProxies: ["127.0.0.1"], auth: {token: "0123456789abcdef01234567"}"#

    static let files: [Case] = [
        Case("fs.state_dir.symlink", role: .stateDirectory, mode: 0o700, link: true),
        Case(
            "fs.state_dir.perms_world_writable", "fs.state_dir.perms_readable", role: .stateDirectory, mode: 0o777),
        Case("fs.state_dir.perms_group_writable", role: .stateDirectory, mode: 0o720),
        Case("fs.state_dir.perms_readable", role: .stateDirectory, mode: 0o750),
        Case(role: .stateDirectory, mode: 0o700),
        Case("fs.config.symlink", role: .config, mode: 0o600, link: true),
        Case("fs.config.perms_writable", role: .config, mode: 0o620),
        Case("fs.config.perms_world_readable", role: .config, mode: 0o644),
        Case("fs.config.perms_group_readable", role: .config, mode: 0o640),
        Case(role: .config, mode: 0o600),
        Case("fs.config_include.perms_writable", role: .include, mode: 0o602),
        Case("fs.config_include.perms_world_readable", role: .include, mode: 0o604),
        Case("fs.config_include.perms_group_readable", role: .include, mode: 0o640),
        Case(role: .include, mode: 0o600),
        Case("fs.credentials_dir.perms_writable", role: .credentialsDirectory, mode: 0o730),
        Case("fs.credentials_dir.perms_readable", role: .credentialsDirectory, mode: 0o755),
        Case(role: .credentialsDirectory, mode: 0o700),
        Case("fs.auth_profiles.perms_writable", role: .authProfiles, mode: 0o620),
        Case("fs.auth_profiles.perms_readable", role: .authProfiles, mode: 0o644),
        Case(role: .authProfiles, mode: 0o600),
        Case("fs.sessions_store.perms_readable", role: .sessionIndex, mode: 0o644),
        Case(role: .sessionIndex, mode: 0o600),
        Case("fs.log_file.perms_readable", role: .log, mode: 0o644),
        Case(role: .log, mode: 0o600),
        Case("fs.synced_dir", role: .stateDirectory, mode: 0o700, path: "/home/ann/Dropbox/.openclaw"),
    ]

    private static func gateway(_ text: String) -> String { "{gateway: {\(text), \(calm)}}" }

    static let access: [Case] = [
        Case(config: "{gateway: {\(calm)}}"),
        Case(
            "gateway.bind_no_auth", "gateway.control_ui.allowed_origins_required", "gateway.http.no_auth",
            config: #"{gateway: {bind: "lan", auth: {mode: "none"}}}"#),
        Case(
            "gateway.loopback_no_auth", "gateway.http.no_auth",
            config: #"{gateway: {trustedProxies: ["127.0.0.1"], auth: {mode: "none"}}}"#),
        Case(
            "gateway.http.no_auth",
            config: #"{gateway: {auth: {mode: "none"}, controlUi: {enabled: false}}}"#),
        Case(
            "gateway.auth_no_rate_limit",
            config: #"{gateway: {bind: "lan", controlUi: {enabled: false}, auth: {rateLimit: {maxAttempts: 5000}}}}"#),
        Case(config: #"{gateway: {bind: "lan", controlUi: {enabled: false}}}"#),
        Case(
            "gateway.token_too_short",
            config: #"{gateway: {trustedProxies: ["127.0.0.1"], auth: {token: "short"}}}"#),
        Case("gateway.tailscale_funnel", config: gateway(#"tailscale: {mode: "funnel"}"#)),
        Case("gateway.tailscale_serve", config: gateway(#"tailscale: {mode: "serve"}"#)),
        Case("gateway.control_ui.allowed_origins_required", config: #"{gateway: {bind: "lan"}}"#),
        Case(
            config: #"{gateway: {bind: "custom", customBindHost: "127.0.0.2", trustedProxies: ["127.0.0.1"]}}"#),
        Case(
            "gateway.control_ui.allowed_origins_wildcard",
            config: #"{gateway: {bind: "lan", controlUi: {allowedOrigins: ["*"]}}}"#),
        Case("gateway.control_ui.allowed_origins_wildcard", config: gateway(#"controlUi: {allowedOrigins: ["*"]}"#)),
        Case(
            "gateway.control_ui.host_header_origin_fallback", "config.insecure_or_dangerous_flags",
            config: gateway("controlUi: {dangerouslyAllowHostHeaderOriginFallback: true}")),
        Case(
            "gateway.control_ui.insecure_auth", "config.insecure_or_dangerous_flags",
            config: gateway("controlUi: {allowInsecureAuth: true}")),
        Case(
            "gateway.control_ui.device_auth_disabled", "config.insecure_or_dangerous_flags",
            config: gateway("controlUi: {dangerouslyDisableDeviceAuth: true}")),
        Case("gateway.trusted_proxies_missing", config: "{}"),
        Case("gateway.real_ip_fallback_enabled", config: gateway("allowRealIpFallback: true")),
        Case(
            "gateway.trusted_proxy_auth", "gateway.trusted_proxy_no_proxies", "gateway.trusted_proxy_no_user_header",
            "gateway.trusted_proxy_no_allowlist",
            config: #"{gateway: {controlUi: {enabled: false}, auth: {mode: "trusted-proxy"}}}"#),
        Case(
            "gateway.trusted_proxy_auth",
            config: """
                {gateway: {trustedProxies: ["10.0.0.1"], auth: {mode: "trusted-proxy", trustedProxy: {userHeader: "X-User", \
                allowUsers: ["ann"]}}}}
                """),
        Case(
            "gateway.http.session_key_override_enabled",
            config: gateway("http: {endpoints: {responses: {enabled: true}}}")),
        Case("gateway.tools_invoke_http.dangerous_allow", config: gateway(#"tools: {allow: ["Cron", "read"]}"#)),
        Case(config: gateway(#"tools: {allow: ["read"]}"#)),
        Case(
            "config.secrets.gateway_password_in_config",
            config: #"{gateway: {trustedProxies: ["127.0.0.1"], auth: {password: "in the file"}}}"#),
        Case(config: #"{gateway: {trustedProxies: ["127.0.0.1"], auth: {password: "${GATEWAY_PASSWORD}"}}}"#),
        Case("logging.redact_off", config: #"{gateway: {\#(calm)}, logging: {redactSensitive: "off"}}"#),
        Case(config: #"{gateway: {\#(calm)}, logging: {redactSensitive: "tools"}}"#),
        Case(
            "tools.profile_minimal_overridden",
            config: """
                {gateway: {\(calm)}, tools: {profile: "minimal"}, agents: {list: [{id: "a"}, {id: "b", tools: {profile: \
                "full"}}]}}
                """),
    ]

    static let people: [Case] = [
        Case(
            "channels.irc.dm.open", "channels.irc.dm.scope_main_multiuser",
            channel: .init(id: "irc", dmPolicy: .open, allowFrom: ["*"])),
        Case(
            "channels.irc.dm.open", "channels.irc.dm.open_invalid",
            channel: .init(id: "irc", dmPolicy: .open, allowFrom: ["ann"])),
        Case("channels.irc.dm.disabled", channel: .init(id: "irc", dmPolicy: .disabled, allowFrom: ["ann", "bob"])),
        Case(
            "channels.irc.dm.scope_main_multiuser",
            channel: .init(id: "irc", account: "b", allowFrom: ["ann"], pairedSenders: ["bob", "ann"])),
        Case(
            config: #"{session: {dmScope: "per-channel-peer"}}"#,
            channel: .init(id: "irc", allowFrom: ["ann", "bob"])),
        Case(
            "channels.irc.allowFrom.dangerous_name_matching_enabled",
            channel: .init(id: "irc", allowsNameMatching: true)),
        Case(channel: .init(id: "irc", allowFrom: ["ann"])),
        Case(
            "security.trust_model.multi_user_heuristic", config: #"{session: {dmScope: "per-peer"}}"#,
            channel: .init(id: "irc", allowFrom: ["a", "b", "c", "d"])),
        open(tools: ["read"], "security.exposure.open_groups_with_runtime_or_fs"),
        open(tools: ["read", "write"], "security.exposure.open_groups_with_runtime_or_fs"),
        open(tools: []),
    ]

    private static func open(tools: Set<String>, _ checks: String...) -> Case {
        var open = Case(channel: .init(id: "irc", groupPolicy: .open))
        open = Case(checks + ["security.trust_model.multi_user_heuristic"], open.channels)
        open.agents = [.init(id: "main", tools: tools)]
        return open
    }

    static let models: [Case] = [
        Case("models.legacy", agent: .init(id: "main", models: ["openai/gpt-3.5-turbo"])),
        Case("models.legacy", agent: .init(id: "main", models: ["anthropic/claude-3-opus"])),
        Case("models.weak_tier", agent: .init(id: "main", models: ["anthropic/claude-haiku-4-5"])),
        Case("models.weak_tier", agent: .init(id: "main", models: ["openai/gpt-4o", "anthropic/claude-sonnet-4-0"])),
        Case("models.small_params", agent: .init(id: "main", models: ["ollama/qwen3:32b"])),
        Case("models.small_params", agent: .init(id: "main", models: ["groq/openai/gpt-oss-120b"], tools: ["write"])),
        Case(agent: .init(id: "main", models: ["anthropic/claude-opus-4-6", "openai/gpt-5.2", "x/big-400b"])),
    ]

    @Test func eachCheckSpeaksWhereItShouldAndNowhereElse() throws {
        var text = ""
        for example in Self.files + Self.access + Self.people + Self.models {
            let subject = try Self.subject(example)
            let findings = AuditCheck.run(subject).filter { $0.checkID != "summary.attack_surface" }
            #expect(Set(findings.map(\.checkID)) == Set(example.checks), "\(example)")
            for finding in findings {
                text += "\(finding.severity.rawValue) \(finding.checkID)\n  \(finding.detail)\n"
            }
        }
        expectGolden(text, "findings.txt")
    }

    @Test func thePageIsThatOfTheChecks() {
        expectGolden(AuditCheck.page(), "../../../../docs/security-audit.md")
    }

    @Test func everyCheckHasAnExample() {
        let cases = Self.files + Self.access + Self.people + Self.models
        let named = Set(cases.flatMap(\.checks))
        let ids = AuditCheck.all.map { check in
            check.id.split(separator: "*", omittingEmptySubsequences: false).joined(separator: "irc")
        }
        #expect(ids.count == Set(ids).count)
        #expect(Set(ids) == named.union(["summary.attack_surface"]))
    }

    @Test func theWorstComeFirstAndAreCounted() throws {
        let report = AuditReport(
            time: 7,
            findings: AuditCheck.run(
                try Self.subject(Case(config: #"{gateway: {auth: {mode: "none"}}}"#))))
        #expect(report.findings.map(\.severity) == [.critical, .warn, .warn, .info])
        #expect(report.summary == "1 critical · 2 warn · 1 info")
        #expect(report.json["ts"] == 7)
        #expect(report.json["summary"] == ["critical": 1, "warn": 2, "info": 1])
        #expect(
            report.json["findings"]?.arrayValue?.first == [
                "checkId": "gateway.loopback_no_auth", "severity": "critical", "title": "The page needs no secret",
                "detail": "gateway.auth.mode is none and the page is served.",
                "remediation": .string(
                    "Set gateway.auth.mode to token: every program and every user of this machine can reach the port."),
            ])
    }

    private static func subject(_ example: Case) throws -> AuditSubject {
        let isWhole = example.config.contains("gateway") || example.checks == ["gateway.trusted_proxies_missing"]
        let config = isWhole ? example.config : "{gateway: {\(calm)}, \(example.config.dropFirst())"
        let home = try ConfigHome(config, environment: ["GATEWAY_PASSWORD": "x"])
        return AuditSubject(
            home.inspect(), files: example.files, channels: example.channels, agents: example.agents)
    }
}

extension AuditCheckTests.Case {
    fileprivate init(_ checks: [String], _ channels: [AuditSubject.Channel]) {
        self.checks = checks
        self.channels = channels
    }
}
