/// Sizes as people write them: `10mb`, `512 kB`, or a bare number of bytes.
package enum ByteSizeText {
    private static let units: [String: Int64] = [
        "": 1, "b": 1, "kb": 1 << 10, "mb": 1 << 20, "gb": 1 << 30, "tb": 1 << 40,
    ]

    /// In bytes; nil when the text is no size, or one that nothing has.
    package static func bytes(_ text: String) -> Int64? {
        let text = text.trimmingWhitespace.lowercased()
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = String(text.dropFirst(digits.count)).trimmingWhitespace
        guard let number = Int64(digits), let factor = units[unit] else { return nil }
        let (bytes, isTooLarge) = number.multipliedReportingOverflow(by: factor)
        return isTooLarge ? nil : bytes
    }
}
