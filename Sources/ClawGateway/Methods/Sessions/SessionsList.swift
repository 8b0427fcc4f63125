import ClawCore
package import ClawProtocol
package import ClawStore
package import ClawSupport

/// `sessions.list`: the sessions, newest first, after filters in the order of the reference (gateway-methods §5).
package struct SessionsList: GatewayMethod {
    package static let name = "sessions.list"
    package static let access = MethodAccess.read

    private let sessions: SessionStore
    private let directory: StateDirectory
    private let catalogue: ModelFacts
    private let time: any TimeSource

    package init(sessions: SessionStore, directory: StateDirectory, catalogue: ModelFacts, time: any TimeSource) {
        self.sessions = sessions
        self.directory = directory
        self.catalogue = catalogue
        self.time = time
    }

    private struct Filter {
        var limit: Int?
        var activeMinutes: Int?
        var includeGlobal: Bool
        var includeUnknown: Bool
        var titles: Bool
        var previews: Bool
        var label: String?
        var spawnedBy: String?
        var agent: String?
        var search: String?
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        let filter = try read(params)
        let now = time.nowMilliseconds
        let agent = filter.agent.flatMap(AgentID.init(normalizing:))
        var rows: [SessionRow] = []
        for record in try await sessions.list(agent: agent) where keeps(record, filter, now: now) {
            if let limit = filter.limit, rows.count >= limit { break }
            rows.append(try await row(record, filter))
        }
        let path = agent.map(directory.sessionIndexPath) ?? "(multiple)"
        return [
            "ts": .int64(now), "path": .string(path), "count": .int(rows.count), "defaults": catalogue.defaultsJSON,
            "sessions": .array(rows.map(\.json)),
        ]
    }

    private func read(_ params: JSONValue) throws(ClawError) -> Filter {
        var reader = ParamReader(params)
        let filter = Filter(
            limit: reader.int("limit", minimum: 1), activeMinutes: reader.int("activeMinutes", minimum: 1),
            includeGlobal: reader.bool("includeGlobal") ?? false,
            includeUnknown: reader.bool("includeUnknown") ?? false,
            titles: reader.bool("includeDerivedTitles") ?? false, previews: reader.bool("includeLastMessage") ?? false,
            label: reader.string("label", minLength: 1, maxLength: 64),
            spawnedBy: reader.string("spawnedBy", minLength: 1),
            agent: reader.string("agentId", minLength: 1), search: reader.string("search"))
        try reader.finish(Self.name)
        return filter
    }

    private func keeps(_ record: SessionRecord, _ filter: Filter, now: Int64) -> Bool {
        let kind = record.key.kind
        if record.key.rest.hasPrefix("cron:"), record.key.rest.contains(":run:") { return false }
        if kind == "global", !filter.includeGlobal { return false }
        if kind == "unknown", !filter.includeUnknown { return false }
        if let spawnedBy = filter.spawnedBy, record.entry["spawnedBy"]?.stringValue != spawnedBy { return false }
        let row = SessionRow(key: record.key, entry: record.entry)
        if let label = filter.label, row.label != label { return false }
        if let search = filter.search?.trimmingWhitespace, !search.isEmpty, !row.matches(search: search) {
            return false
        }
        if let minutes = filter.activeMinutes, record.updatedAt < now - Int64(minutes) * 60_000 { return false }
        return true
    }

    private func row(_ record: SessionRecord, _ filter: Filter) async throws -> SessionRow {
        var row = SessionRow(key: record.key, entry: record.entry)
        row.entry["updatedAt"] = .int64(record.updatedAt)
        let model = catalogue.reference(for: record.entry)
        row.entry["modelProvider"] = .string(model.provider)
        row.entry["model"] = .string(model.model)
        guard filter.titles || filter.previews else { return row }
        let entries = try await sessions.history(record, limit: 200)
        let texts = HistorySanitizer().messages(from: entries, limit: 200).map(ShownMessage.init)
        if filter.titles {
            row.derivedTitle = SessionRow.title(
                entry: record.entry, firstUserText: texts.first { $0.role == "user" && !$0.text.isEmpty }?.text,
                updatedAt: record.updatedAt)
        }
        if filter.previews { row.lastMessagePreview = texts.last { !$0.text.isEmpty && $0.role != "system" }?.text }
        return row
    }
}
