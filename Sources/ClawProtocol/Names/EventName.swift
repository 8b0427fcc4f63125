/// The name of an event. Open: plugins may add their own.
package struct EventName: Sendable, Hashable, CustomStringConvertible {
    package let rawValue: String

    package init(_ rawValue: String) { self.rawValue = rawValue }

    package var description: String { rawValue }

    package static let connectChallenge = EventName("connect.challenge")
    package static let agent = EventName("agent")
    package static let chat = EventName("chat")
    package static let presence = EventName("presence")
    package static let tick = EventName("tick")
    package static let talkMode = EventName("talk.mode")
    package static let shutdown = EventName("shutdown")
    package static let health = EventName("health")
    package static let heartbeat = EventName("heartbeat")
    package static let cron = EventName("cron")
    package static let nodePairRequested = EventName("node.pair.requested")
    package static let nodePairResolved = EventName("node.pair.resolved")
    package static let nodeInvokeRequest = EventName("node.invoke.request")
    package static let devicePairRequested = EventName("device.pair.requested")
    package static let devicePairResolved = EventName("device.pair.resolved")
    package static let voicewakeChanged = EventName("voicewake.changed")
    package static let execApprovalRequested = EventName("exec.approval.requested")
    package static let execApprovalResolved = EventName("exec.approval.resolved")
    package static let updateAvailable = EventName("update.available")

    /// The fixed list of `hello-ok.features.events`.
    package static let advertised: [EventName] = [
        .connectChallenge, .agent, .chat, .presence, .tick, .talkMode, .shutdown, .health, .heartbeat, .cron,
        .nodePairRequested, .nodePairResolved, .nodeInvokeRequest, .devicePairRequested, .devicePairResolved,
        .voicewakeChanged, .execApprovalRequested, .execApprovalResolved, .updateAvailable,
    ]

    /// The scope that an operator needs to be told; nil when every client is told (gateway-protocol §4).
    package var requiredScope: Scope? {
        switch self {
        case .execApprovalRequested, .execApprovalResolved: .approvals
        case .nodePairRequested, .nodePairResolved, .devicePairRequested, .devicePairResolved: .pairing
        default: nil
        }
    }

    /// Whether the event may be left out for a client that reads too slowly (gateway-protocol §11). `chat` deltas may be,
    /// too; who sends them says so.
    package var isDroppable: Bool {
        switch self {
        case .presence, .tick, .cron, .heartbeat, .talkMode, .voicewakeChanged, .updateAvailable: true
        default: requiredScope != nil
        }
    }
}
