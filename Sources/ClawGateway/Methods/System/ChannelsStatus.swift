import ClawCore
package import ClawProtocol
package import ClawSupport

/// `channels.status`: every channel account and how it fares (gateway-methods §8).
package struct ChannelsStatus: GatewayMethod {
    package static let name = "channels.status"
    package static let access = MethodAccess.read

    private let channels: ChannelRegistry
    private let probes: ChannelProbes
    private let time: any TimeSource

    package init(channels: ChannelRegistry, probes: ChannelProbes, time: any TimeSource) {
        self.channels = channels
        self.probes = probes
        self.time = time
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let wantsProbe = reader.bool("probe") ?? false
        let timeout = reader.int("timeoutMs", minimum: 0)
        try reader.finish(Self.name)
        let findings = wantsProbe ? try await probes.look(timeout: ChannelProbes.timeout(timeout)) : [:]
        return answer(findings)
    }

    private func answer(_ findings: ChannelProbes.Findings) -> JSONValue {
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
            let keys = all.map { ChannelRegistry.Key(channel: channel, account: $0.account) }
            accounts[id] = .array(
                zip(all, keys).map { ChannelStatusView.account($0.account, $0.status, findings[$1]) })
            if let first = all.first {
                summaries[id] = ChannelStatusView.summary(first.status, findings[keys[0]])
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
