import ClawConfig
import ClawSupport
import FoundationEssentials

/// The log file of this machine's Gateway, for when the Gateway itself cannot be asked.
struct LogFile: Sendable {
    let path: String

    private static let folder = "/tmp/openclaw"

    /// `logging.file` of the configuration, else the newest of the daily files. Nil when there is none.
    static func find(configuration: JSONValue) -> LogFile? {
        if let path = configuration["logging"]?["file"]?.stringValue, !path.isEmpty { return LogFile(path: path) }
        // A folder that cannot be listed holds nothing to show.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let daily = names.filter { $0.hasPrefix("openclaw-") && $0.hasSuffix(".log") }
        return daily.max().map { LogFile(path: "\(folder)/\($0)") }
    }

    /// The last lines, as `logs.tail` gives them.
    func tail(limit: Int, maxBytes: Int) throws -> JSONValue {
        let bytes = try AtomicFile.read(path, limit: 1 << 30) ?? []
        var text = bytes[...]
        if bytes.count > maxBytes {
            text = bytes.suffix(maxBytes)
            text = text.drop { $0 != UInt8(ascii: "\n") }
        }
        let lines = text.split(separator: UInt8(ascii: "\n")).suffix(limit)
        return [
            "file": .string(path), "cursor": .int(bytes.count), "size": .int(bytes.count),
            "lines": .strings(lines.map { String(decoding: $0, as: UTF8.self) }),
            "truncated": .bool(bytes.count > maxBytes), "reset": false,
        ]
    }
}
