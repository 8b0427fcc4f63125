import CSQLite

/// One SQLite connection with its prepared statements.
///
/// Why this is in `Unsafe/`: it holds raw pointers of the C library. Invariants: `handle` is open from `init` to `deinit`;
/// every pointer in `statements` was prepared on `handle` and is finalized before it closes; a `Row` is used only inside the
/// closure that got it, while its statement stands on that row; a statement is reset before its function returns. The class
/// is not `Sendable`: it is opened without SQLite's own locks and belongs to the actor that made it.
final class Database {
    enum Access {
        case readWrite
        case readOnly
    }

    private let handle: OpaquePointer
    private var statements: [String: OpaquePointer] = [:]

    /// Tells SQLite to copy what is bound; the header's constant is a cast that Swift does not import.
    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    /// Opens or creates the database at `path`. `cacheKilobytes` bounds the page cache.
    init(path: String, access: Access, cacheKilobytes: Int) throws(DatabaseError) {
        let mode = access == .readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let opened else {
            let message = String(cString: sqlite3_errstr(code))
            sqlite3_close_v2(opened)
            throw DatabaseError(code: code, message: message, operation: "open \(path)")
        }
        handle = opened
        _ = claw_sqlite3_set_lookaside(handle, 256, 64)
        sqlite3_busy_timeout(handle, 5000)
        try execute(
            "PRAGMA cache_size = -\(cacheKilobytes); PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; "
                + "PRAGMA synchronous = FULL; PRAGMA secure_delete = FAST")
    }

    deinit {
        for statement in statements.values { sqlite3_finalize(statement) }
        sqlite3_close_v2(handle)
    }

    /// False also after an error that made SQLite roll back by itself, such as a full disk.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    var lastInsertID: Int64 { sqlite3_last_insert_rowid(handle) }

    /// Runs a script of statements without values and results.
    func execute(_ script: String) throws(DatabaseError) {
        let code = sqlite3_exec(handle, script, nil, nil, nil)
        if code != SQLITE_OK { throw failure(code, script) }
    }

    /// Runs one statement and returns how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ values: [SQLValue] = []) throws(DatabaseError) -> Int {
        let statement = try prepared(sql, values)
        defer { release(statement) }
        let code = sqlite3_step(statement)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure(code, sql) }
        return Int(sqlite3_changes(handle))
    }

    /// All rows of one statement, each read by `read`; rows that it reads as nil are left out.
    func rows<Element>(
        _ sql: String, _ values: [SQLValue] = [], _ read: (Row) -> Element?
    ) throws(DatabaseError) -> [Element] {
        var elements: [Element] = []
        try each(sql, values) { row in
            if let element = read(row) { elements.append(element) }
            return true
        }
        return elements
    }

    /// The first row of one statement; nil when there is none.
    func first<Element>(
        _ sql: String, _ values: [SQLValue] = [], _ read: (Row) -> Element?
    ) throws(DatabaseError) -> Element? {
        var element: Element?
        try each(sql, values) { row in
            element = read(row)
            return false
        }
        return element
    }

    /// Hands each row to `visit` until it returns false.
    private func each(_ sql: String, _ values: [SQLValue], _ visit: (Row) -> Bool) throws(DatabaseError) {
        let statement = try prepared(sql, values)
        defer { release(statement) }
        while true {
            let code = sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw failure(code, sql) }
            if !visit(Row(statement: statement)) { return }
        }
    }

    private func prepared(_ sql: String, _ values: [SQLValue]) throws(DatabaseError) -> OpaquePointer {
        let statement = try statement(for: sql)
        for (position, value) in values.enumerated() {
            let code = bind(value, to: statement, at: Int32(position + 1))
            if code != SQLITE_OK {
                release(statement)
                throw failure(code, sql)
            }
        }
        return statement
    }

    private func statement(for sql: String) throws(DatabaseError) -> OpaquePointer {
        if let statement = statements[sql] { return statement }
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw failure(code, sql) }
        statements[sql] = prepared
        return prepared
    }

    private func bind(_ value: SQLValue, to statement: OpaquePointer, at position: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(statement, position)
        case .integer(let number): return sqlite3_bind_int64(statement, position, number)
        case .text(var text):
            // An empty buffer may have no address, which SQLite would read as NULL.
            if text.isEmpty { return sqlite3_bind_text(statement, position, "", 0, Self.transient) }
            return text.withUTF8 { utf8 in
                utf8.withMemoryRebound(to: CChar.self) { characters in
                    sqlite3_bind_text(
                        statement, position, characters.baseAddress, Int32(characters.count), Self.transient)
                }
            }
        case .blob(let bytes):
            if bytes.isEmpty { return sqlite3_bind_zeroblob(statement, position, 0) }
            return bytes.withUnsafeBytes { buffer in
                sqlite3_bind_blob(statement, position, buffer.baseAddress, Int32(buffer.count), Self.transient)
            }
        }
    }

    private func release(_ statement: OpaquePointer) {
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
    }

    private func failure(_ code: Int32, _ sql: String) -> DatabaseError {
        DatabaseError(code: code, message: String(cString: sqlite3_errmsg(handle)), operation: sql)
    }
}

/// The row that a statement stands on. Columns count from 0.
struct Row {
    fileprivate let statement: OpaquePointer

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    func text(_ column: Int32) -> String { optionalText(column) ?? "" }

    func optionalText(_ column: Int32) -> String? {
        guard let start = sqlite3_column_text(statement, column) else { return nil }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int32) -> [UInt8] { optionalBytes(column) ?? [] }

    func optionalBytes(_ column: Int32) -> [UInt8]? {
        if isNull(column) { return nil }
        guard let start = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
    }
}
