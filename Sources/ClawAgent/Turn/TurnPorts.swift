package import ClawCore
package import ClawStore
package import ClawSupport
package import Logging

/// What turns need from the rest of the process. Configuration comes as closures that give the snapshot of the moment.
package struct TurnPorts: Sendable {
    package var journal: Journal
    package var sessions: SessionStore
    /// The settings of an agent; nil when there is no such agent.
    package var settings: @Sendable (AgentID) -> AgentSettings?
    package var models: @Sendable () -> ModelCatalog
    package var tools: ToolDispatcher
    package var sink: any ReplySink
    /// Called after a commit that left messages in the outbox, so that they are sent at once.
    package var wakeOutbox: @Sendable () -> Void
    /// Trusted events of the runtime since the session's last turn; taking them removes them.
    package var systemEvents: @Sendable (SessionKey) -> [String]
    package var time: any TimeSource
    package var entropy: any Entropy
    package var host: HostFacts
    package var logger: Logger
    package var trace: MessageTrace

    package init(
        journal: Journal, sessions: SessionStore, tools: ToolDispatcher, sink: any ReplySink,
        settings: @escaping @Sendable (AgentID) -> AgentSettings?, models: @escaping @Sendable () -> ModelCatalog
    ) {
        self.journal = journal
        self.sessions = sessions
        self.tools = tools
        self.sink = sink
        self.settings = settings
        self.models = models
        wakeOutbox = {}
        systemEvents = { _ in [] }
        time = SystemTimeSource()
        entropy = SystemEntropy()
        host = HostFacts.current()
        logger = Logger(label: "openclaw.turn")
        trace = .none
    }
}
