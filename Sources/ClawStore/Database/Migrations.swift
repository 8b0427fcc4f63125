/// A named step of a schema. Steps are only ever appended; one that was released never changes.
struct Migration: Sendable {
    let name: String
    let script: String
}

extension Database {
    /// Applies the steps that this database does not have yet, each in its own transaction.
    func migrate(_ migrations: [Migration]) throws(DatabaseError) {
        try execute("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY) WITHOUT ROWID")
        let applied = Set(try rows("SELECT name FROM migration") { $0.text(0) })
        for migration in migrations where !applied.contains(migration.name) {
            try execute("BEGIN IMMEDIATE")
            do throws(DatabaseError) {
                try execute(migration.script)
                try run("INSERT INTO migration (name) VALUES (?)", [.text(migration.name)])
                try execute("COMMIT")
            } catch {
                // The first error is the one to report; a failed rollback leaves nothing that was committed.
                try? execute("ROLLBACK")
                throw error
            }
        }
    }
}
