import ClawSupport

/// One line of the Gateway's log file.
struct LogRecord: Sendable, Hashable {
    var time: String
    var level: String
    var subsystem: String
    var message: String

    /// Reads a JSON line (`time`, `_meta.logLevelName`, `"0"` a context with `subsystem`, `"1"` the message); nil for
    /// other text.
    init?(line: String) {
        // What is no JSON is shown as it is.
        guard let json = try? JSONParser.parse(line, mode: .lenient), json.objectValue != nil else { return nil }
        time = json["time"]?.stringValue ?? json["_meta"]?["date"]?.stringValue ?? ""
        level = (json["_meta"]?["logLevelName"]?.stringValue ?? json["level"]?.stringValue ?? "info").lowercased()
        let context = json["0"]?.stringValue
        // The context is JSON in a string, or the message itself.
        let fields = context.flatMap { try? JSONParser.parse($0, mode: .lenient) }
        subsystem = fields?["subsystem"]?.stringValue ?? json["subsystem"]?.stringValue ?? ""
        let text = json["1"]?.stringValue ?? json["message"]?.stringValue ?? (fields == nil ? context : nil)
        message = text ?? json["1"]?.text ?? line
    }

    var json: JSONValue {
        [
            "type": "log", "time": .string(time), "level": .string(level), "subsystem": .string(subsystem),
            "message": .string(message),
        ]
    }

    /// One line for a person.
    func text(for terminal: Terminal) -> String {
        let style: TextStyle =
            switch level {
            case "error", "fatal", "critical": .error
            case "warn", "warning": .warning
            default: .muted
            }
        let clean = { TerminalText.clean($0, isOneLine: true) }
        var parts = [terminal.styled(clean(time), .muted), terminal.styled(clean(level), style)]
        if !subsystem.isEmpty { parts.append(terminal.styled("[\(clean(subsystem))]", .muted)) }
        return (parts + [clean(message)]).filter { !$0.isEmpty }.joined(separator: " ")
    }
}
