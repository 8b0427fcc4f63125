import ClawSupport
package import Logging

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes log records to the log file as JSON lines that existing clients can read, and the important ones to the console.
package struct GatewayLogHandler: LogHandler {
    /// That of the rules of now, unless this logger was given its own.
    package var logLevel: Logger.Level {
        get { ownLevel ?? output.level }
        set { ownLevel = newValue }
    }
    package var metadata: Logger.Metadata = [:]
    private let label: String
    private let output: LogOutput
    /// Bytes of one field (attacks S51). Messages are our own, with reasons that may be longer.
    private static let (fieldLimit, messageLimit) = (512, 2000)
    private var ownLevel: Logger.Level?

    package init(label: String, output: LogOutput) {
        self.label = label
        self.output = output
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let all = event.metadata.map { metadata.merging($0) { $1 } } ?? metadata
        // What strangers send ends up in logs, and logs are read by people in terminals and by agents.
        let fields = all.sorted { $0.key < $1.key }.map { ($0.key, OneLine.of("\($0.value)", limit: Self.fieldLimit)) }
        let message = OneLine.of(event.message.description, limit: Self.messageLimit)
        output.append(line(event.level, message, fields))
        if event.level >= output.consoleLevel { console(event.level, message, fields) }
    }

    private func line(_ level: Logger.Level, _ message: String, _ fields: [(String, String)]) -> [UInt8] {
        let now = ISOTimestamp.format(milliseconds: output.time.nowMilliseconds)
        var context: JSONObject = ["subsystem": .string(subsystem)]
        for (name, value) in fields { context[name] = .string(value) }
        let record: JSONValue = [
            "0": .string(JSONValue.object(context).text), "1": .string(message),
            "_meta": [
                "name": .string(JSONValue.object(["subsystem": .string(subsystem)]).text),
                "logLevelName": .string(Self.name(of: level)), "date": .string(now),
            ],
            "time": .string(now),
        ]
        var bytes = record.bytes
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private func console(_ level: Logger.Level, _ message: String, _ fields: [(String, String)]) {
        let clock = ISOTimestamp.format(milliseconds: output.time.nowMilliseconds).dropFirst(11).prefix(8)
        let extra = fields.map { " \($0.0)=\($0.1)" }.joined()
        let text = "\(clock) \(Self.name(of: level).lowercased()) [\(subsystem)] \(message)\(extra)\n"
        // Standard error that is gone is no reason to stop.
        try? AtomicFile.writeAll(Array(text.utf8), to: 2, path: "standard error")
    }

    private var subsystem: String {
        label.hasPrefix("openclaw.") ? String(label.dropFirst("openclaw.".count)) : label
    }

    private static func name(of level: Logger.Level) -> String {
        switch level {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info, .notice: "INFO"
        case .warning: "WARN"
        case .error: "ERROR"
        case .critical: "FATAL"
        }
    }
}
