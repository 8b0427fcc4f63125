/// Text of strangers where people read it in terminals, and agents read it in logs.
package enum OneLine {
    /// One line without anything that moves a cursor, hides or turns around what stands beside it: all such characters become
    /// spaces.
    /// - Parameter limit: the most bytes; what is longer ends with an ellipsis.
    package static func of(_ text: String, limit: Int = .max) -> String {
        let ellipsis = "…"
        var output = ""
        // Where a cut would have to be, so that the ellipsis has place.
        var cut = 0
        for scalar in text.unicodeScalars {
            if output.utf8.count + ellipsis.utf8.count <= limit { cut = output.utf8.count }
            output.unicodeScalars.append(isUnseen(scalar) ? " " : scalar)
            if output.utf8.count > limit { return String(decoding: output.utf8.prefix(cut), as: UTF8.self) + ellipsis }
        }
        return output
    }

    private static func isUnseen(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
        default: false
        }
    }
}
