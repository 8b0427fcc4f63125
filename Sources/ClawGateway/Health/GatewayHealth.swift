package import ClawConfig
import ClawCore
package import ClawStore
package import ClawSupport

/// What the health summary says: channels, agents and their sessions (gateway-methods §1).
package struct GatewayHealth: HealthSource {
    private let configuration: Live<Configuration>
    private let channels: ChannelRegistry
    private let probes: ChannelProbes
    private let sessions: SessionStore
    private let directory: StateDirectory
    private let time: any TimeSource

    package init(
        configuration: Live<Configuration>, channels: ChannelRegistry, probes: ChannelProbes,
        sessions: SessionStore, directory: StateDirectory, time: any TimeSource
    ) {
        self.configuration = configuration
        self.channels = channels
        self.probes = probes
        self.sessions = sessions
        self.directory = directory
        self.time = time
    }

    package func summary(isProbe: Bool) async throws -> JSONObject {
        let agents = configuration.value.agents
        let findings = isProbe ? try await probes.look(timeout: ChannelProbes.timeout(nil)) : [:]
        let summary = SessionSummary(
            agents: agents.ids, records: try await sessions.list(agent: nil), directory: directory,
            now: time.nowMilliseconds)
        var states = JSONObject()
        var labels = JSONObject()
        for channel in channels.order {
            states[channel.rawValue] = Self.state(channel, channels.accounts(of: channel), findings)
            labels[channel.rawValue] = .string(channels.label(of: channel).label)
        }
        return [
            "channels": .object(states), "channelOrder": .strings(channels.order.map(\.rawValue)),
            "channelLabels": .object(labels), "heartbeatSeconds": 0,
            "defaultAgentId": .string(agents.defaultID.rawValue),
            "agents": .array(agents.ids.map { Self.agent(agents[$0], isDefault: $0 == agents.defaultID, summary) }),
            "sessions": summary.brief(agents.defaultID),
        ]
    }

    private static func state(
        _ channel: ChannelID, _ accounts: [(account: AccountID, status: ChannelStatus)],
        _ findings: ChannelProbes.Findings
    ) -> JSONValue {
        var byAccount = JSONObject()
        for (account, status) in accounts {
            let finding = findings[ChannelRegistry.Key(channel: channel, account: account)]
            byAccount[account.rawValue] = ChannelStatusView.account(account, status, finding)
        }
        guard var state = byAccount.values.first else { return ["accounts": [:]] }
        state["accounts"] = .object(byAccount)
        return state
    }

    private static func agent(_ agent: AgentConfiguration, isDefault: Bool, _ summary: SessionSummary) -> JSONValue {
        var object: JSONObject = ["agentId": .string(agent.id.rawValue)]
        object.set("name", agent.name)
        object["isDefault"] = .bool(isDefault)
        object["heartbeat"] = [
            "enabled": false, "every": "0m", "everyMs": nil, "prompt": "", "target": "none", "ackMaxChars": 0,
        ]
        object["sessions"] = summary.brief(agent.id)
        return .object(object)
    }
}
