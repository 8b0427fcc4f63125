import ClawCore
package import ClawProtocol
package import ClawSupport

/// `channels.status`: every channel account and how it fares (gateway-methods §8).
package struct ChannelsStatus: GatewayMethod {
    package static let name = "channels.status"
    package static let access = MethodAccess.read

    private let channels: ChannelRegistry
    private let time: any TimeSource

    package init(channels: ChannelRegistry, time: any TimeSource) {
        self.channels = channels
        self.time = time
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        _ = reader.bool("probe")
        _ = reader.int("timeoutMs", minimum: 0)
        try reader.finish(Self.name)
        var labels = JSONObject()
        var details = JSONObject()
        var summaries = JSONObject()
        var accounts = JSONObject()
        var defaults = JSONObject()
        var meta: [JSONValue] = []
        for channel in channels.order {
            let id = channel.rawValue
            let label = channels.label(of: channel)
            labels[id] = .string(label.label)
            details[id] = .string(label.detailLabel)
            meta.append([
                "id": .string(id), "label": .string(label.label), "detailLabel": .string(label.detailLabel),
            ])
            let all = channels.accounts(of: channel)
            accounts[id] = .array(all.map { ChannelStatusView.account($0.account, $0.status) })
            if let first = all.first {
                summaries[id] = ChannelStatusView.summary(first.status)
                defaults[id] = .string(first.account.rawValue)
            }
        }
        return [
            "ts": .int64(time.nowMilliseconds), "channelOrder": .strings(channels.order.map(\.rawValue)),
            "channelLabels": .object(labels), "channelDetailLabels": .object(details), "channelSystemImages": [:],
            "channelMeta": .array(meta), "channels": .object(summaries), "channelAccounts": .object(accounts),
            "channelDefaultAccountId": .object(defaults),
        ]
    }
}

/// The state of a channel account as `channels.status` and `health` show it.
enum ChannelStatusView {
    static func account(_ account: AccountID, _ status: ChannelStatus) -> JSONValue {
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
        return .object(object)
    }

    static func summary(_ status: ChannelStatus) -> JSONValue {
        [
            "configured": .bool(status.configured), "running": .bool(status.running),
            "connected": .bool(status.connected), "lastError": .nullable(status.lastError),
        ]
    }
}
