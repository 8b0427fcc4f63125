package import ClawConfig
import ClawCore
package import ClawStore
package import ClawSupport
import Logging

/// The workspace files of agents that clients may see: a short list of names, nothing else (gateway-methods §4).
package struct AgentWorkspace: Sendable {
    /// In the order in which they are shown.
    private static let names = [
        "AGENTS.md", "SOUL.md", "TOOLS.md", "IDENTITY.md", "USER.md", "HEARTBEAT.md", "BOOTSTRAP.md", "MEMORY.md",
    ]
    private static let allNames = names + ["memory.md"]

    private let configuration: Live<Configuration>
    private let location: ConfigLocation
    private let files: WorkspaceFiles
    private let logger = Logger(label: "openclaw.security")

    package init(configuration: Live<Configuration>, location: ConfigLocation, files: WorkspaceFiles = WorkspaceFiles())
    {
        self.configuration = configuration
        self.location = location
        self.files = files
    }

    /// An agent that exists, and its workspace.
    struct Place: Sendable {
        var agent: AgentID
        var path: String

        /// The beginning of every answer.
        var json: JSONObject { ["agentId": .string(agent.rawValue), "workspace": .string(path)] }
    }

    func place(_ text: String) throws(ClawError) -> Place {
        let agents = configuration.value.agents
        guard let agent = AgentID(normalizing: text), agents.ids.contains(agent) else {
            throw ClawError(.invalidRequest, "unknown agent id")
        }
        return Place(agent: agent, path: agents.workspace(of: agent, in: location))
    }

    /// What stands for each name; `BOOTSTRAP.md` only while it is there, `memory.md` only instead of `MEMORY.md`.
    func list(_ place: Place) async throws -> [JSONValue] {
        var rows: [JSONValue] = []
        for name in Self.names {
            var name = name
            var file = try await guarded(name) { () throws(ConfinedDirectory.Refusal) in
                try await files.facts(name, in: place.path)
            }
            if name == "BOOTSTRAP.md", file == nil { continue }
            if name == "MEMORY.md", file == nil,
                let lower = try await guarded(
                    "memory.md",
                    {
                        () throws(ConfinedDirectory.Refusal) in try await files.facts("memory.md", in: place.path)
                    })
            {
                (name, file) = ("memory.md", lower)
            }
            rows.append(.object(row(name, file, place)))
        }
        return rows
    }

    func read(_ name: String, _ place: Place) async throws -> JSONObject {
        try check(name)
        let file = try await guarded(name) { () throws(ConfinedDirectory.Refusal) in
            try await files.read(name, in: place.path)
        }
        return row(name, file, place)
    }

    func write(_ text: String, to name: String, _ place: Place) async throws -> JSONObject {
        try check(name)
        let file = try await guarded(name) { () throws(ConfinedDirectory.Refusal) in
            try await files.write(text, to: name, in: place.path)
        }
        return row(name, file, place)
    }

    private func check(_ name: String) throws(ClawError) {
        guard Self.allNames.contains(name) else {
            throw ClawError(.invalidRequest, "unsupported file \"\(name)\"")
        }
    }

    private func row(_ name: String, _ file: WorkspaceFiles.File?, _ place: Place) -> JSONObject {
        var row: JSONObject = [
            "name": .string(name), "path": .string("\(place.path)/\(name)"), "missing": .bool(file == nil),
        ]
        row.set("size", file?.size)
        row.set("updatedAtMs", file?.modified)
        row.set("content", file?.content)
        return row
    }

    /// What a workspace refuses, in the words of the wire.
    private func guarded<Value>(
        _ name: String, _ body: () async throws(ConfinedDirectory.Refusal) -> Value
    ) async throws(ClawError) -> Value {
        do throws(ConfinedDirectory.Refusal) {
            return try await body()
        } catch {
            switch error {
            case .system(let fault): throw ClawError(.storage, "\(fault)", cause: fault)
            case .tooLarge(let size, let limit):
                throw ClawError(
                    .invalidRequest, "workspace file \"\(name)\" is too large (\(size) bytes; at most \(limit))")
            case .outside, .notFound, .directory, .notRegular, .hardLinked, .danglingLink, .invalid:
                logger.warning("unsafe workspace file refused", metadata: ["file": "\(name)", "reason": "\(error)"])
                throw ClawError(.invalidRequest, "unsafe workspace file \"\(name)\" (\(error))")
            }
        }
    }
}
