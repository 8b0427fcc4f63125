import ClawClient
import ClawConfig
import ClawCore
import ClawProtocol
import ClawSupport

/// Whether the Gateway answers, and if not, why.
struct AuditProbe: Sendable {
    var url: String
    /// Nil when it answered.
    var error: ClawError?

    /// Connects, asks for the Gateway's health and leaves.
    static func run(_ access: GatewayAccess, _ context: CommandContext) async -> AuditProbe {
        var probe = AuditProbe(url: access.target.endpoint.description)
        do {
            _ = try await access.call("health", scopes: [.read])
        } catch let error as ClawError {
            probe.error = error
        } catch {
            probe.error = ClawError(.internalFault, "\(error)")
        }
        return probe
    }

    var finding: AuditFinding? {
        error.map { error in
            AuditFinding(
                checkID: "gateway.probe_failed", severity: .warn, title: "The Gateway did not answer",
                detail: error.message, remediation: "Run `openclaw status --all`.")
        }
    }

    /// The close frame with which it refused, if it came to that.
    private var close: JSONValue {
        guard let code = error?.details["closeCode"] else { return .null }
        return ["code": code, "reason": error?.details["closeReason"] ?? ""]
    }

    var json: JSONValue {
        [
            "attempted": true, "url": .string(url), "ok": .bool(error == nil), "error": .nullable(error?.message),
            "close": close,
        ]
    }
}
