package import ClawConfig
package import ClawCore
package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `status`: sessions, their models and how full they are. Who is not admin sees numbers only (gateway-methods §1).
package struct StatusMethod: GatewayMethod {
    package static let name = "status"
    package static let access = MethodAccess.read

    private let configuration: Live<Configuration>
    private let sessions: SessionStore
    private let directory: StateDirectory
    private let defaultModel: @Sendable () -> ModelDescription?
    private let time: any TimeSource
    private let safeMode: @Sendable () -> String?
    private let rejectedConfiguration: @Sendable () -> String?
    private let systemEvents: @Sendable () -> [String]
    private var pendingRestart: @Sendable () -> Int64? = { nil }

    /// - Parameters:
    ///   - safeMode: why an earlier configuration than the one in the file is used since the start; nil when it is not.
    ///   - rejectedConfiguration: why the newest content of the file is not in effect; nil when it is.
    ///   - systemEvents: what waits for the next turn of the main session.
    package init(
        configuration: Live<Configuration>, sessions: SessionStore, directory: StateDirectory, time: any TimeSource,
        defaultModel: @escaping @Sendable () -> ModelDescription?,
        safeMode: @escaping @Sendable () -> String? = { nil },
        rejectedConfiguration: @escaping @Sendable () -> String? = { nil },
        systemEvents: @escaping @Sendable () -> [String] = { [] }
    ) {
        self.systemEvents = systemEvents
        self.rejectedConfiguration = rejectedConfiguration
        self.safeMode = safeMode
        self.configuration = configuration
        self.sessions = sessions
        self.directory = directory
        self.time = time
        self.defaultModel = defaultModel
    }

    /// The same that also tells when the restart is due that was asked for, in milliseconds since 1970; nil when none was.
    package func telling(pendingRestart: @escaping @Sendable () -> Int64?) -> StatusMethod {
        var method = self
        method.pendingRestart = pendingRestart
        return method
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        let agents = configuration.value.agents
        let summary = SessionSummary(
            agents: agents.ids, records: try await sessions.list(agent: nil), directory: directory,
            now: time.nowMilliseconds)
        let isAdmin = context.connection.has(.admin)
        var status: JSONObject = [
            "heartbeat": [
                "defaultAgentId": .string(agents.defaultID.rawValue),
                "agents": .array(
                    agents.ids.map {
                        ["agentId": .string($0.rawValue), "enabled": false, "every": "0m", "everyMs": nil]
                    }),
            ],
            "channelSummary": [], "queuedSystemEvents": .strings(systemEvents()),
            "sessions": sessionsJSON(summary, isAdmin: isAdmin),
        ]
        // A reason may hold a value of the configuration, or a path.
        let shown: (String) -> JSONValue = { ["reason": .string(isAdmin ? $0 : Withheld.text)] }
        status.set("safeMode", safeMode().map(shown))
        status.set("rejectedConfiguration", rejectedConfiguration().map(shown))
        status.set("pendingRestart", pendingRestart().map { ["dueAt": .int64($0)] })
        return .object(status)
    }

    private func sessionsJSON(_ summary: SessionSummary, isAdmin: Bool) -> JSONValue {
        let model = defaultModel()
        func rows(_ records: [SessionRecord]) -> JSONValue {
            guard isAdmin else { return [] }
            return .array(
                records.prefix(10).map {
                    summary.status($0, model: model?.reference.model, contextTokens: model?.contextWindow)
                })
        }
        return [
            "paths": isAdmin ? .strings(summary.agents.map(directory.sessionIndexPath)) : [],
            "count": .int(summary.records.count),
            "defaults": [
                "model": isAdmin ? .nullable(model?.reference.model) : .null,
                "contextTokens": isAdmin ? model.map { .int($0.contextWindow) } ?? .null : .null,
            ],
            "recent": rows(summary.records),
            "byAgent": .array(
                summary.agents.map { agent in
                    let own = summary.records(of: agent)
                    return [
                        "agentId": .string(agent.rawValue),
                        "path": .string(isAdmin ? directory.sessionIndexPath(agent) : Withheld.text),
                        "count": .int(own.count), "recent": rows(own),
                    ]
                }),
        ]
    }
}
