import ClawCore
import ClawGateway
import ClawSupport
import Logging

extension TailnetDirectory {
    /// Asks the program of this machine.
    convenience init(_ program: TailscaleProgram, time: any TimeSource) {
        self.init(time: time) { address in
            do {
                return try await program.account(of: address)
            } catch {
                Logger(label: "openclaw.tailscale").notice(
                    "Tailscale does not say whose address that is",
                    metadata: ["address": "\(address)", "reason": "\(error)"])
                return nil
            }
        }
    }
}
