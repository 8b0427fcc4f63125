package import ClawCore
package import ClawSupport

/// One thing that is wrong in the configuration: where it stands, what is allowed there, and what to do.
package struct ConfigIssue: Error, Sendable, Hashable, CustomStringConvertible {
    /// The dotted path of the value; empty when the whole file is meant.
    package var path: String
    /// One sentence. Never holds a secret.
    package var message: String
    /// The values that may stand here, when they can be listed.
    package var allowedValues: [String]
    package var file: String?
    /// Line and column in `file`, both from 1; the column counts bytes.
    package var line: Int?
    package var column: Int?
    /// What to do about it, as a sentence.
    package var fix: String?

    package init(
        path: String, message: String, allowedValues: [String] = [], file: String? = nil, line: Int? = nil,
        column: Int? = nil, fix: String? = nil
    ) {
        self.path = path
        self.message = message
        self.allowedValues = allowedValues
        self.file = file
        self.line = line
        self.column = column
        self.fix = fix
    }

    /// `file:line:column`, as far as it is known.
    package var place: String? {
        guard let file else { return nil }
        guard let line else { return file }
        return column.map { "\(file):\(line):\($0)" } ?? "\(file):\(line)"
    }

    package var description: String {
        var text = place.map { "\($0): " } ?? ""
        if !path.isEmpty { text += "\(path): " }
        text += message
        if let fix { text += " \(fix)" }
        return text
    }

    /// The form of the wire: `path`, `message` and, when they can be listed, `allowedValues`; `fix`, `file`, `line` and
    /// `column` are additions.
    package var json: JSONValue {
        var object: JSONObject = ["path": .string(path), "message": .string(message)]
        if !allowedValues.isEmpty { object["allowedValues"] = .strings(allowedValues) }
        object.set("fix", fix)
        object.set("file", file)
        object.set("line", line)
        object.set("column", column)
        return .object(object)
    }

    /// The issue as the error that leaves the program.
    package var clawError: ClawError {
        ClawError(
            .configInvalid, (place.map { "\($0): " } ?? "") + (path.isEmpty ? message : "\(path): \(message)"),
            hint: fix,
            details: ["issues": [json]])
    }
}

extension ConfigIssue {
    static let unknownKey = "This key is not known; it is kept and has no effect."

    /// Whether it is about a key that neither OpenClaw nor this program knows.
    package var isUnknownKey: Bool { message == Self.unknownKey }
}
