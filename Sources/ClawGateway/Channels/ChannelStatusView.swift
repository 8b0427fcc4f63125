import ClawCore
import ClawSupport

/// The state of a channel account as `channels.status` and `health` show it.
enum ChannelStatusView {
    static func account(
        _ account: AccountID, _ status: ChannelStatus, _ finding: ChannelProbes.Finding? = nil
    ) -> JSONValue {
        var object: JSONObject = [
            "accountId": .string(account.rawValue), "enabled": .bool(status.enabled),
            "configured": .bool(status.configured), "running": .bool(status.running),
            "connected": .bool(status.connected), "reconnectAttempts": .int(status.reconnectAttempts),
        ]
        object.set("lastConnectedAt", status.lastConnectedAt)
        object.set("lastInboundAt", status.lastInboundAt)
        object.set("lastOutboundAt", status.lastOutboundAt)
        object.set("lastStartAt", status.lastStartAt)
        object.set("lastStopAt", status.lastStopAt)
        object["lastError"] = .nullable(status.lastError)
        object.set("dmPolicy", status.dmPolicy)
        set(finding, in: &object)
        return .object(object)
    }

    static func summary(_ status: ChannelStatus, _ finding: ChannelProbes.Finding? = nil) -> JSONValue {
        var object: JSONObject = [
            "configured": .bool(status.configured), "running": .bool(status.running),
            "connected": .bool(status.connected), "lastError": .nullable(status.lastError),
        ]
        set(finding, in: &object)
        return .object(object)
    }

    private static func set(_ finding: ChannelProbes.Finding?, in object: inout JSONObject) {
        guard let finding else { return }
        var probe: JSONObject = ["ok": .bool(finding.probe.error == nil)]
        for (key, value) in finding.probe.details { probe[key] = value }
        probe.set("latencyMs", finding.probe.latency)
        probe.set("error", finding.probe.error)
        object["lastProbeAt"] = .int64(finding.at)
        object["probe"] = .object(probe)
    }
}
