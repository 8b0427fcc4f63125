package import ClawProtocol
package import ClawStore
import ClawSupport

/// Why a device must be paired, first or again.
package enum PairingReason: String, Sendable, Hashable {
    case notPaired = "not-paired"
    case metadataUpgrade = "metadata-upgrade"
    case roleUpgrade = "role-upgrade"
    case scopeUpgrade = "scope-upgrade"
}

/// Decides whether a proven device may come in as what it claims to be (gateway-protocol §5.7).
package enum PairingRules {
    /// Nil when the stored record covers the claim.
    package static func reason(claim: DeviceClaim, record: DeviceRecord?) -> PairingReason? {
        guard let record, constantTimeEqual(record.publicKey, claim.publicKey) else { return .notPaired }
        if differs(record.platform, claim.client.platform) || differs(record.deviceFamily, claim.client.deviceFamily) {
            return .metadataUpgrade
        }
        if !record.roles.contains(claim.role.rawValue) { return .roleUpgrade }
        let granted = record.approvedScopes.map(Scope.init)
        let requested = claim.scopes.map(Scope.init)
        if !requested.isEmpty, granted.isEmpty || !Scope.covers(granted, requested, role: claim.role) {
            return .scopeUpgrade
        }
        return nil
    }

    private static func differs(_ pinned: String?, _ claimed: String?) -> Bool {
        guard let pinned, !pinned.isEmpty else { return false }
        return DeviceSignedText.normalize(pinned) != DeviceSignedText.normalize(claimed ?? "")
    }

    /// Whether nobody needs to be asked: the client is on this machine, is no foreign page, and asks for a first pairing or
    /// more scopes. Another role or another machine is never taken on trust.
    package static func isSilent(_ reason: PairingReason, client: ConnectParams.Client, remote: RemoteAddress) -> Bool {
        guard reason == .notPaired || reason == .scopeUpgrade, remote.isLocal else { return false }
        return remote.origin == nil || client.isControlUI || client.isWebchat
    }

    /// Whether the Gateway's own callers on this machine come in without pairing. A device that has a record is always judged
    /// by it (attacks S09).
    package static func isSelfCall(
        client: ConnectParams.Client, remote: RemoteAddress, auth: SharedAuthResult, record: DeviceRecord?
    ) -> Bool {
        client.id == "gateway-client" && client.mode == "backend" && remote.isLocal && remote.origin == nil
            && auth.isVerified && record == nil
    }
}
