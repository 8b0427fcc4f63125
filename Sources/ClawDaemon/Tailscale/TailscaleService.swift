import ClawConfig
import ClawCore
import ClawGateway
import ClawStore
import ClawSupport
import Logging
import ServiceLifecycle

/// Lets Tailscale show the Gateway to the tailnet or to the internet, and stop doing so. A service. The Gateway itself serves its
/// own machine only; when Tailscale cannot, that is all that happens.
final class TailscaleService: Service {
    /// What it needs to know and to reach.
    struct Ports: Sendable {
        var program: TailscaleProgram
        var settings: GatewayConfiguration.Tailscale
        /// The path below which the page is served, `/` or without a slash at the end.
        var basePath: String
        var isEncrypted: Bool
        /// The port of the Gateway, once it listens.
        var port: ListeningPort
        /// Told under which name the page is shown, so that it may connect.
        var access: Live<AccessSettings>
        /// Whether another life of the Gateway begins right after this one.
        var isRestarting: @Sendable () -> Bool
    }

    /// The time between two attempts.
    private static let backoff = Backoff(first: .seconds(5), maximum: .seconds(300))

    private let ports: Ports
    private let record: TailscaleRecord
    private let time: any TimeSource
    private let entropy: any Entropy
    private let logger = Logger(label: "openclaw.tailscale")

    init(_ ports: Ports, stateDirectory: String, time: any TimeSource, entropy: any Entropy) {
        self.ports = ports
        record = TailscaleRecord(stateDirectory: stateDirectory)
        self.time = time
        self.entropy = entropy
    }

    func run() async throws {
        // Without a port the Gateway ends, and its own error says why.
        guard let port = try? await ports.port.wait() else { return }
        await cancelWhenGracefulShutdown { await self.bringAbout(port) }
        do { try await gracefulShutdown() } catch is CancellationError {}
        guard ports.settings.mode != .off, ports.settings.resetOnExit, !ports.isRestarting() else { return }
        await hideOwn()
    }

    /// Tries until Tailscale does what the configuration says; each new reason why it does not is told once.
    private func bringAbout(_ port: Int) async {
        var told: String?
        var attempt = 0
        while !Task.isCancelled {
            do {
                if ports.settings.mode == .off { try await hide() } else { try await show(port) }
                return
            } catch is CancellationError {
                return
            } catch {
                if Task.isCancelled { return }
                attempt += 1
                let words = "\(error)"
                if words != told {
                    let isOff = ports.settings.mode == .off
                    logger.error(
                        isOff ? "Tailscale still shows the Gateway" : "Tailscale does not show the Gateway",
                        metadata: ["reason": "\(words)"])
                }
                told = words
                // A person must do something first, or Tailscale is just starting with the machine.
                do { try await time.sleep(for: Self.backoff.delay(attempt: attempt, entropy: entropy)) } catch {
                    return
                }
            }
        }
    }

    private func show(_ port: Int) async throws {
        let target = "\(ports.isEncrypted ? "https+insecure" : "http")://127.0.0.1:\(port)"
        let toInternet = ports.settings.mode == .funnel
        let node = try await ports.program.node()
        let shown = try await ports.program.shown()
        let recorded = try await FileWork.shared.run { [record] in try record.target() }
        try Self.check(shown, target, recorded, toInternet: toInternet)
        // Written first: what is shown without a record could not be told from what others show.
        try await FileWork.shared.run { [record] in try record.write(target) }
        try await ports.program.show(target, toInternet: toInternet)
        let result = try await ports.program.shown()
        guard result.root == target, result.isOnInternet == toInternet else {
            throw ClawError(
                .unavailable, "Tailscale accepted to show the Gateway, and shows something else.",
                hint: "See `tailscale serve status`.", retry: .yes)
        }
        var access = ports.access.value
        access.allowedOrigins.append("https://\(node.name)")
        ports.access.replace(with: access)
        logger.notice(
            toInternet ? "shown to the internet" : "shown to the tailnet",
            metadata: ["url": "\(TailscaleLink(node, basePath: ports.basePath).text)"])
    }

    /// Refuses what would take the place of something that others show, or open it to the internet.
    private static func check(
        _ shown: TailscaleShown, _ target: String, _ recorded: String?, toInternet: Bool
    ) throws(ClawError) {
        if shown.targets["/"] != nil, shown.root != target, shown.root == nil || shown.root != recorded {
            throw ClawError(
                .conflict, "Tailscale already shows \(shown.root ?? "something else") under the name of this machine.",
                hint:
                    "Stop that with `tailscale serve --https=443 --set-path=/ off`, or set gateway.tailscale.mode to off."
            )
        }
        let others = shown.targets.keys.filter { $0 != "/" }.sorted()
        if toInternet, !shown.isOnInternet, !others.isEmpty {
            throw ClawError(
                .conflict,
                "Funnel would open to the internet what Tailscale shows at \(others.joined(separator: ", ")), too.",
                hint: "Move that to another port, or set gateway.tailscale.mode to serve.")
        }
        if !toInternet, shown.isOnInternet, !others.isEmpty {
            throw ClawError(
                .conflict,
                "Tailscale shows \(others.joined(separator: ", ")) to the internet, and the Gateway would be there, too.",
                hint: "Move that to another port, or set gateway.tailscale.mode to off.")
        }
    }

    /// With mode `off` nothing of ours is to be seen, also when an earlier life left it there.
    private func hide() async throws {
        guard let target = try await FileWork.shared.run({ [record] in try record.target() }) else { return }
        let shown = try await ports.program.shown()
        if shown.root == target {
            try await ports.program.hide(hasOthers: shown.hasOthers)
            logger.notice("Tailscale shows the Gateway no longer")
        }
        try await FileWork.shared.run { [record] in try record.remove() }
    }

    private func hideOwn() async {
        do {
            try await hide()
        } catch {
            logger.error("Tailscale still shows the Gateway", metadata: ["reason": "\(error)"])
        }
    }
}

/// The address of the page as Tailscale shows it.
package struct TailscaleLink: Sendable, Hashable {
    package let text: String

    package init(_ node: TailscaleNode, basePath: String) {
        text = "https://\(node.name)\(basePath == "/" ? "" : basePath)/"
    }
}
