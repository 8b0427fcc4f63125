/// A JSON number, kept as the text it was written with. Equality compares that text: `1` and `1.0` differ.
package struct JSONNumber: Sendable, Hashable {
    package let lexeme: String

    /// Takes a text that the parser has found to be a JSON number.
    package init(lexeme: String) { self.lexeme = lexeme }

    package init(_ value: Int) { lexeme = String(value) }
    package init(_ value: Int64) { lexeme = String(value) }

    /// Writes the shortest text that reads back as `value`; what JSON cannot express (NaN, infinity) becomes `0`.
    package init(_ value: Double) {
        if !value.isFinite {
            lexeme = "0"
        } else if value == value.rounded(), abs(value) < 1e15 {
            lexeme = String(Int64(value))
        } else {
            lexeme = String(value)
        }
    }

    /// The value as an integer, also when written as `1e3` or `5.0`; nil when it has a fraction or does not fit.
    package var int: Int? {
        if let value = Int(lexeme) { return value }
        guard let value = Double(lexeme), value == value.rounded(), abs(value) < 9e15 else { return nil }
        return Int(value)
    }

    package var double: Double { Double(lexeme) ?? 0 }
}
