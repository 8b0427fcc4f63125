/// SQLite refused.
package struct DatabaseError: Error, Sendable, Hashable, CustomStringConvertible {
    /// SQLite's extended result code.
    package let code: Int32
    /// What SQLite says about it.
    package let message: String
    /// What was asked: the statement, never its values.
    package let operation: String

    package init(code: Int32, message: String, operation: String) {
        self.code = code
        self.message = message
        self.operation = operation
    }

    package var description: String { "The journal cannot be used: \(message) (code \(code)) at \"\(operation)\"." }
}

/// A value on its way into a statement.
enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    static func nullable(_ text: String?) -> SQLValue { text.map { .text($0) } ?? .null }
    static func nullable(_ number: Int64?) -> SQLValue { number.map { .integer($0) } ?? .null }
    static func nullable(_ bytes: [UInt8]?) -> SQLValue { bytes.map { .blob($0) } ?? .null }
}
