import ClawCore
package import ClawProtocol
package import ClawSupport

/// `system-event`: tells the Gateway who is there, and the main session what happened (gateway-methods §1).
package struct SystemEvent: GatewayMethod {
    package static let name = "system-event"
    package static let access = MethodAccess.admin

    private let presence: PresenceRegistry
    private let hub: EventHub
    private let events: SystemEventQueue
    private let keys: @Sendable () -> SessionKeyResolver

    package init(
        presence: PresenceRegistry, hub: EventHub, events: SystemEventQueue,
        keys: @escaping @Sendable () -> SessionKeyResolver
    ) {
        self.presence = presence
        self.hub = hub
        self.events = events
        self.keys = keys
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        let text = params["text"]?.stringValue?.trimmingWhitespace ?? ""
        if text.isEmpty { throw ClawError(.invalidRequest, "text required") }
        if text.unicodeScalars.count > SystemEventQueue.textLimit {
            throw ClawError(.invalidRequest, "text too long (at most \(SystemEventQueue.textLimit) characters)")
        }
        let report = PresenceReport(text: text, params)
        let news = presence.reported(report)
        if let line = report.isPresenceLine ? news : text { events.add(line, to: keys().mainSession) }
        hub.notePresenceChange()
        hub.broadcastPresence(["presence": .array(presence.list)])
        return ["ok": true]
    }
}
