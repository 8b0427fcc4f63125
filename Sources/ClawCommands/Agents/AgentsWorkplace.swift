import ClawConfig
import ClawCore
import ClawDaemon
import ClawProtocol
import ClawSupport

/// What the commands on agents work with: the files of this machine.
struct AgentsWorkplace: Sendable {
    let installation: Installation
    let stored: StoredAgents
    let context: CommandContext

    /// - Parameter writes: whether the command changes the configuration, which must then be one that can be changed.
    init(_ context: CommandContext, writes: Bool) throws(ClawError) {
        self.context = context
        installation = try Installation.load(context)
        stored = StoredAgents(installation.file, snapshot: installation.snapshot, time: context.time)
        if writes, let reason = installation.safeModeReason {
            throw ClawError(
                .configInvalid, "The configuration cannot be changed: \(reason)",
                hint: "Run `openclaw doctor --fix`, or correct \(installation.snapshot.path).")
        }
    }

    var bindings: AgentBindings { AgentBindings(installation.snapshot) }

    /// The agent that is meant: the named one; without a name the only one there is.
    func agent(_ name: String?) throws(ClawError) -> AgentID {
        if let name { return try stored.agent(name) }
        if let only = stored.ids.first, stored.ids.count == 1 { return only }
        throw ClawError(
            .invalidRequest, "There are several agents: \(stored.ids.map(\.rawValue).joined(separator: ", ")).",
            hint: "Name one with --agent.")
    }

    func apply(_ changes: [ConfigEditor.Change]) throws {
        if changes.isEmpty { return }
        _ = try ConfigEditor(installation.file, time: context.time).apply(changes)
    }

    /// A text that goes into the configuration and into what the model reads: one line of bounded length.
    static func line(_ option: String, _ text: String?, limit: Int = 200) throws(ClawError) -> String? {
        guard let text = text?.trimmingWhitespace else { return nil }
        let isBroken = text.unicodeScalars.contains { $0.properties.generalCategory == .control }
        if text.isEmpty || isBroken || text.count > limit {
            throw ClawError(
                .invalidRequest, "\(option) takes one line of 1 to \(limit) characters.",
                hint: "See `openclaw agents --help`.")
        }
        return text
    }

    /// An error of the wire in the words of the command line.
    static func inWords<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as WireError {
            throw ClawError(.configInvalid, "\(error.message)", hint: "Run `openclaw config validate`.")
        }
    }
}
