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
    /// - Parameter clock: shows the time in this zone; nil leaves it as it is written.
    func text(for terminal: Terminal, in clock: ZonedClock? = nil) -> String {
        let style: TextStyle =
            switch level {
            case "error", "fatal", "critical": .error
            case "warn", "warning": .warning
            default: .muted
            }
        let clean = { TerminalText.clean($0, isOneLine: true) }
        let time = clock.flatMap { local($0) } ?? clean(time)
        var parts = [terminal.styled(time, .muted), terminal.styled(clean(level), style)]
        if !subsystem.isEmpty { parts.append(terminal.styled("[\(clean(subsystem))]", .muted)) }
        return (parts + [clean(message)]).filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// The time with the distance of its zone from UTC; nil when the line's time cannot be read.
    private func local(_ clock: ZonedClock) -> String? {
        guard let milliseconds = ISOTimestamp.parse(time) else { return nil }
        let offset = Int64(clock.time(at: milliseconds).offset)
        let text = ISOTimestamp.format(milliseconds: milliseconds + offset * 1000).dropLast()
        let minutes = abs(offset) / 60
        func pad(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(text)\(offset < 0 ? "-" : "+")\(pad(minutes / 60)):\(pad(minutes % 60))"
    }
}
