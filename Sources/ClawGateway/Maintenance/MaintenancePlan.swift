package import ClawConfig
package import ClawCore
package import ClawStore
import ClawSupport

/// `session.maintenance` as numbers.
package struct MaintenancePlan: Sendable, Hashable {
    package var mode: SessionConfiguration.Maintenance.Mode
    package var sweep: SessionSweep
    /// Milliseconds; nil keeps archived transcripts for good.
    package var archiveRetention: Int64?
    /// Bytes that the sessions of one agent may take; nil for any amount.
    package var maximumBytes: Int64?
    /// Bytes down to which they are cut.
    package var highWaterBytes: Int64?

    /// Throws `ClawError` when a value is no duration or no size: then nothing is removed, rather than the wrong things.
    package init(_ settings: SessionConfiguration.Maintenance) throws(ClawError) {
        mode = settings.mode
        let pruneAfter = try Self.duration("pruneAfter", settings.pruneAfter)
        sweep = SessionSweep(pruneAfter: pruneAfter, maxEntries: settings.maxEntries, keepsTimeless: true)
        switch settings.archiveRetention {
        case "false"?: archiveRetention = nil
        case let text?: archiveRetention = try Self.duration("resetArchiveRetention", text)
        case nil: archiveRetention = pruneAfter
        }
        maximumBytes = try settings.maxDiskBytes.map { text throws(ClawError) in try Self.size("maxDiskBytes", text) }
        highWaterBytes = try settings.highWaterBytes.map { text throws(ClawError) in
            try Self.size("highWaterBytes", text)
        }
        if let maximumBytes {
            highWaterBytes = min(highWaterBytes ?? maximumBytes / 5 * 4, maximumBytes)
        }
    }

    private static func duration(_ key: String, _ text: String) throws(ClawError) -> Int64 {
        if let value = DurationText.milliseconds(text, unit: .days) { return value }
        throw ClawError(
            .configInvalid, "session.maintenance.\(key) \"\(text)\" is no duration.",
            hint: "Write it as 30d, 12h or 1h30m.")
    }

    private static func size(_ key: String, _ text: String) throws(ClawError) -> Int64 {
        if let value = ByteSizeText.bytes(text) { return value }
        throw ClawError(
            .configInvalid, "session.maintenance.\(key) \"\(text)\" is no size.", hint: "Write it as 500mb or 2gb.")
    }
}
