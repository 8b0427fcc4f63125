package import ClawCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A journal as another process sees it, the command line for example: it reads, and takes nothing over from the owner.
package final class JournalInspection: Sendable {
    private let reader: JournalReader

    /// Nil when there is no journal at `path`.
    package init?(path: String) throws {
        if access(path, F_OK) != 0 { return nil }
        reader = JournalReader(database: try Database(path: path, access: .readOnly, cacheKilobytes: 256))
    }

    /// What SQLite finds wrong with the file, a line each; none when it is whole.
    package func faults() async throws -> [String] {
        try await reader.read { database in
            try database.rows("PRAGMA quick_check(20)") { $0.text(0) }.filter { $0 != "ok" }
        }
    }

    /// As `Journal.why`; an item is claimed when the present owner has it.
    package func why(_ idOrRun: String) async throws -> [WorkItem] {
        try await reader.read { database in
            let owner = try database.first("SELECT epoch FROM owner") { $0.integer(0) }
            return try WorkTable.why(idOrRun, in: database, epoch: owner ?? -1)
        }
    }

    /// As `Journal.toolCalls`.
    package func toolCalls(run: RunID) async throws -> [RecordedToolCall] {
        try await reader.read { try ToolCallTable.calls(of: run, in: $0) }
    }
}

extension WorkTable {
    /// The items that a text names, each followed by its deliveries. The first kind of name that fits decides: work id,
    /// dedupe key, run of a message, run of anything, message id.
    static func why(_ name: String, in database: Database, epoch: Int64) throws -> [WorkItem] {
        func find(_ condition: String, _ value: SQLValue) throws -> [WorkItem] {
            try WorkTable.find(condition, [value], in: database, epoch: epoch)
        }
        var roots: [WorkItem] = []
        if let number = WorkTable.number(WorkID(name)) { roots = try find("number = ?", .integer(number)) }
        if roots.isEmpty { roots = try find("dedupe_key = ?", .text(name)) }
        if roots.isEmpty { roots = try find("run = ? AND parent IS NULL", .text(name)) }
        if roots.isEmpty { roots = try find("run = ?", .text(name)) }
        if roots.isEmpty {
            roots = try find("dedupe_key IS NOT NULL AND substr(dedupe_key, -length(?1)) = ?1", .text(":\(name)"))
        }
        var items: [WorkItem] = []
        for root in roots where !items.contains(where: { $0.id == root.id }) {
            items.append(root)
            items += try find("parent = ?", WorkTable.number(root.id).map { .integer($0) } ?? .null)
        }
        return items
    }
}
