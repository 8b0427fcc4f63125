import ClawConfig
import ClawDaemon
import ClawSupport
import FoundationEssentials

/// The log file of this machine's Gateway, for when the Gateway itself cannot be asked.
struct StoredLog: Sendable {
    let path: String

    /// The file of today, else the newest of the daily ones. Nil when there is none.
    static func find(_ snapshot: ConfigSnapshot, _ context: CommandContext) -> StoredLog? {
        let fixed = snapshot.configuration.logging.file
        let today = LogFile(path: fixed, maximumBytes: 0, time: context.time, environment: context.environment).path
        if FileManager.default.fileExists(atPath: today) { return StoredLog(path: today) }
        guard fixed == nil, let slash = today.lastIndex(of: "/") else { return nil }
        let folder = today[..<slash]
        // A folder that cannot be listed holds nothing to show.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: String(folder))) ?? []
        let daily = names.filter { $0.hasPrefix("openclaw-") && $0.hasSuffix(".log") }
        return daily.max().map { StoredLog(path: "\(folder)/\($0)") }
    }

    /// The last lines, as `logs.tail` gives them.
    func tail(limit: Int, maxBytes: Int) throws -> JSONValue {
        let bytes = try AtomicFile.read(path, limit: 1 << 30) ?? []
        var text = bytes[...]
        if bytes.count > maxBytes {
            // The first line is not whole.
            text = bytes.suffix(maxBytes).drop { $0 != UInt8(ascii: "\n") }
        }
        let lines = text.split(separator: UInt8(ascii: "\n")).suffix(limit)
        return [
            "file": .string(path), "cursor": .int(bytes.count), "size": .int(bytes.count),
            "lines": .strings(lines.map { String(decoding: $0, as: UTF8.self) }),
            "truncated": .bool(bytes.count > maxBytes), "reset": false,
        ]
    }
}
