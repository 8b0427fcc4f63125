import ClawClient
import ClawConfig
import ClawCore
import ClawDaemon
import ClawSupport

/// How Tailscale shows the Gateway of this machine, as commands tell of it.
struct StatusTailscale: Sendable {
    let mode: GatewayConfiguration.Tailscale.Mode
    /// The address of the page there; nil when Tailscale does not show it.
    var url: String?
    var problem: ClawError?

    /// Nil when the configuration does not ask for it: the question starts a program.
    static func look(_ access: GatewayAccess, _ context: CommandContext) async -> StatusTailscale? {
        let gateway = access.installation.snapshot.configuration.gateway
        guard access.isOnThisMachine, gateway.tailscale.mode != .off else { return nil }
        var status = StatusTailscale(mode: gateway.tailscale.mode)
        let program = TailscaleProgram(environment: context.environment)
        do {
            let node = try await program.node()
            let shown = try await program.shown()
            guard shown.root?.hasSuffix(":\(access.target.endpoint.port)") == true else {
                throw ClawError(
                    .unavailable, "Tailscale does not show this Gateway.",
                    hint: "The log of the Gateway says why; `tailscale serve status` says what it shows.")
            }
            status.url = TailscaleLink(node, basePath: gateway.controlUI.basePath).text
        } catch let error as ClawError {
            status.problem = error
        } catch {
            status.problem = ClawError(.unavailable, "\(error)", cause: error)
        }
        return status
    }

    var cell: TextTable.Cell {
        guard let url else { return .init("\(mode.rawValue), but: \(problem?.description ?? "")", .warning) }
        return .init("\(mode.rawValue): \(url)", .success)
    }

    var json: JSONValue {
        var object: JSONObject = ["mode": .string(mode.rawValue)]
        object.set("url", url)
        object.set("error", problem?.message)
        object.set("hint", problem?.hint)
        return .object(object)
    }
}
