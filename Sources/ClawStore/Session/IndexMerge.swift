import ClawCore
import ClawSupport

/// Brings the entries of an index that someone else wrote into the rows.
///
/// The entry with the newer `updatedAt` wins; with the same time the file's wins when the row was not changed since this
/// program wrote the file. A session that the file lacks is gone only when its transcript is gone too and the row was not
/// changed since.
struct IndexMerge: Sendable {
    let agent: AgentID
    let entries: JSONObject
    let known: Projection?

    /// Keys in lower case without white space around them; of variants of a key the newest.
    private var normalized: [String: JSONObject] {
        var result: [String: JSONObject] = [:]
        for (rawKey, value) in entries {
            guard let entry = value.objectValue else { continue }
            let key = Self.key(rawKey)
            if key.isEmpty { continue }
            if let other = result[key], Self.time(other) >= Self.time(entry) { continue }
            result[key] = entry
        }
        return result
    }

    private static func key(_ raw: String) -> String {
        let trimmed = raw.drop(while: \.isWhitespace)
        return String(trimmed.prefix(trimmed.count - trimmed.reversed().prefix(while: \.isWhitespace).count))
            .lowercased()
    }

    private static func time(_ entry: JSONObject) -> Int64 { Int64(entry["updatedAt"]?.quantityValue ?? 0) }

    /// False when the file holds something that no row can take.
    func apply(in context: WriteContext) throws -> Bool {
        var isComplete = entries.values.allSatisfy { $0.objectValue != nil }
        let normalized = normalized
        let rows = try rows(in: context)
        for (key, entry) in normalized.sorted(by: { $0.key < $1.key }) {
            guard let row = rows[key] else {
                let key = SessionKey(canonical: key)
                if try SessionTable.find(key, in: context.database) != nil {
                    // Another agent's index has this key already.
                    isComplete = false
                } else {
                    try SessionTable.save(key, agent: agent, entry: entry, in: context)
                }
                continue
            }
            let isClean = row.version <= known?.version ?? 0
            let time = Self.time(entry)
            if time > row.record.updatedAt || time == row.record.updatedAt && isClean && entry != row.record.entry {
                try SessionTable.save(row.record.key, agent: agent, entry: entry, in: context)
            }
        }
        if let known { try removeMissing(rows, named: normalized, known: known, in: context) }
        if rows.keys.contains(where: { normalized[$0] == nil }) || normalized.count != entries.count {
            context.backlog.markIndexChanged(agent)
        }
        return isComplete
    }

    private struct StoredRow {
        let record: SessionRecord
        let version: Int64
    }

    private func rows(in context: WriteContext) throws -> [String: StoredRow] {
        let versions = try context.database.rows(
            "SELECT key, version FROM session WHERE agent = ?", [.text(agent.rawValue)]
        ) { ($0.text(0), $0.integer(1)) }
        let byKey = Dictionary(uniqueKeysWithValues: versions)
        var result: [String: StoredRow] = [:]
        for record in try SessionTable.list(agent: agent, in: context.database) {
            let key = record.key.rawValue
            result[key] = StoredRow(record: record, version: byKey[key] ?? 0)
        }
        return result
    }

    private func removeMissing(
        _ rows: [String: StoredRow], named: [String: JSONObject], known: Projection, in context: WriteContext
    ) throws {
        for (key, row) in rows where named[key] == nil && row.version <= known.version {
            if row.record.sessionID.isEmpty { continue }
            let file = try SessionTable.transcript(of: row.record, in: context.directory)
            let isGone = FileStamp.of("\(context.directory.root)/\(file)") == nil
            if isGone, try context.appender.leaf(of: file) == nil {
                try SessionTable.delete(row.record, in: context)
            }
        }
    }
}
