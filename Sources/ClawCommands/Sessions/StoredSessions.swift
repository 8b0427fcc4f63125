import ClawCore
import ClawStore
import ClawSupport

/// Sessions as the indexes in the state directory tell them, for when no Gateway can be asked. Only reads.
enum StoredSessions {
    struct Filter: Sendable {
        var activeMinutes: Int?
        var limit: Int?
        /// Milliseconds since 1970.
        var now: Int64
    }

    private static let shown = [
        "label", "displayName", "channel", "chatType", "updatedAt", "sessionId", "inputTokens", "outputTokens",
        "totalTokens", "modelProvider", "model", "contextTokens",
    ]

    /// The indexes of all agents that have one, or of `agent`.
    static func indexes(in state: String, agent: String?) throws -> [String] {
        let directory = StateDirectory(root: state)
        if let agent {
            guard let id = AgentID(normalizing: agent) else {
                throw ClawError(.invalidRequest, "\"\(agent)\" is no name of an agent.")
            }
            return [directory.sessionIndexPath(id)]
        }
        let names = AtomicFile.exists(directory.agentsFolder) ? try FolderListing.names(directory.agentsFolder) : []
        return names.sorted().compactMap { AgentID(normalizing: $0).map(directory.sessionIndexPath) }
            .filter(AtomicFile.exists)
    }

    /// As `sessions.list` answers. A missing index holds nothing; one that is no JSON object is an error.
    static func list(_ paths: [String], _ filter: Filter) async throws -> JSONValue {
        var rows: [JSONValue] = []
        for path in paths { rows += try read(path) }
        if let minutes = filter.activeMinutes {
            rows = rows.filter { time($0) >= Int(filter.now) - minutes * 60_000 }
        }
        rows.sort { (time($1), $0["key"]?.stringValue ?? "") < (time($0), $1["key"]?.stringValue ?? "") }
        if let limit = filter.limit { rows = Array(rows.prefix(limit)) }
        var list: JSONObject = [
            "path": .string(paths.count == 1 ? paths[0] : "(multiple)"), "count": .int(rows.count),
        ]
        list.set("activeMinutes", filter.activeMinutes)
        list["sessions"] = .array(rows)
        return .object(list)
    }

    private static func time(_ row: JSONValue) -> Int { row["updatedAt"]?.intValue ?? 0 }

    private static func read(_ path: String) throws -> [JSONValue] {
        guard let bytes = try AtomicFile.read(path) else { return [] }
        let entries: JSONObject
        do throws(JSONParseError) {
            entries = try JSONParser.parse(bytes, mode: .lenient).objectValue ?? [:]
        } catch {
            throw ClawError(
                .storage, "\(path) is no session index: \(error).",
                hint: "The Gateway makes it anew from its journal when it runs.")
        }
        return entries.map { key, entry in
            var row: JSONObject = ["key": .string(key), "kind": .string(SessionKey(canonical: key).kind)]
            for name in shown { row.set(name, entry[name]) }
            return .object(row)
        }
    }
}
