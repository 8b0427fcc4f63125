import ClawTestKit
import Testing

@testable import ClawStore

@Suite struct DatabaseTests {
    private let folder: TemporaryDirectory

    init() throws { folder = try TemporaryDirectory("database") }

    private func open(_ access: Database.Access = .readWrite) throws -> Database {
        try Database(path: "\(folder.path)/test.sqlite", access: access, cacheKilobytes: 64)
    }

    @Test func valuesComeBackAsTheyWent() throws {
        let database = try open()
        try database.execute("CREATE TABLE t (a, b, c, d)")
        let rows: [[SQLValue]] = [
            [.null, .integer(.min), .text("a\u{0}ä\u{1F600}"), .blob([0, 255])],
            [.integer(0), .integer(.max), .text(""), .blob([])],
        ]
        for row in rows { try database.run("INSERT INTO t VALUES (?, ?, ?, ?)", row) }
        let read = try database.rows("SELECT a, b, c, d, typeof(d) FROM t") { row in
            [
                .nullable(row.optionalInteger(0)), .integer(row.integer(1)), .nullable(row.optionalText(2)),
                .nullable(row.optionalBytes(3)), .text(row.text(4)),
            ] as [SQLValue]
        }
        #expect(read == rows.map { $0 + [.text("blob")] })
        #expect(try database.first("SELECT a FROM t WHERE b = ?", [.integer(5)]) { $0.integer(0) } == nil)
        #expect(database.lastInsertID == 2)
    }

    @Test func errorsNameTheStatementAndNotTheValues() throws {
        let database = try open()
        try database.execute("CREATE TABLE t (a UNIQUE)")
        try database.run("INSERT INTO t VALUES (?)", [.text("secret")])
        let sql = "INSERT INTO t VALUES (?)"
        #expect(throws: DatabaseError(code: 2067, message: "UNIQUE constraint failed: t.a", operation: sql)) {
            try database.run(sql, [.text("secret")])
        }
        #expect(throws: DatabaseError(code: 1, message: "no such table: u", operation: "SELECT * FROM u")) {
            try database.rows("SELECT * FROM u") { $0.integer(0) }
        }
        // The statement can be used again after its error.
        #expect(try database.run(sql, [.text("other")]) == 1)
        #expect(throws: DatabaseError.self) { try open(.readOnly).run("DELETE FROM t") }
    }

    @Test func migrationsAreAppliedOnceAndInOrder() throws {
        let first = Migration(name: "1", script: "CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        let second = Migration(name: "2", script: "INSERT INTO t VALUES (2)")
        try open().migrate([first])
        try open().migrate([first, second])
        try open().migrate([first, second])
        #expect(try open().rows("SELECT a FROM t ORDER BY rowid") { $0.integer(0) } == [1, 2])
        let broken = Migration(name: "3", script: "INSERT INTO t VALUES (3); INSERT INTO missing VALUES (1)")
        let database = try open()
        #expect(throws: DatabaseError.self) { try database.migrate([first, second, broken]) }
        #expect(!database.isInTransaction)
        #expect(try database.rows("SELECT a FROM t ORDER BY rowid") { $0.integer(0) } == [1, 2])
        #expect(try database.rows("SELECT name FROM migration") { $0.text(0) } == ["1", "2"])
    }

    @Test func aCacheForgetsWhatWasNotUsed() {
        var cache = BoundedCache<String, Int>(limit: 3)
        for (number, key) in ["a", "b", "c"].enumerated() { cache[key] = number }
        #expect(cache["a"] == 0)
        cache["d"] = 3
        #expect(cache["b"] == nil && cache["a"] == 0 && cache["c"] == 2 && cache["d"] == 3)
        cache.set(9, for: "big", cost: 2)
        #expect(cache["big"] == 9 && cache.count == 2 && cache.totalCost == 3)
        cache.set(9, for: "huge", cost: 4)
        #expect(cache["huge"] == nil && cache.totalCost == 3)
    }
}
