package import ClawCore
package import ClawSupport

/// Reads the use of models from transcripts, on a thread of its own: the files may be large, and whoever chats must not wait
/// for a report. A file that did not change is not read twice.
package actor UsageReader {
    /// One transcript, also of a session that is not in the index any more.
    package struct File: Sendable, Hashable {
        package var agent: AgentID
        package var sessionID: String
        package var path: String
        /// Whether it is the archive of a session that was reset or deleted.
        package var isArchive: Bool
    }

    private struct CacheKey: Hashable {
        var path: String
        var stamp: FileStamp
        var calendar: String
    }

    private nonisolated let thread = WorkerThread(name: "claw-usage")
    private let directory: StateDirectory
    private let price: PriceList
    private var cache = BoundedCache<CacheKey, [String: UsageTally]>(limit: 4096)

    package init(directory: StateDirectory, price: @escaping PriceList) {
        self.directory = directory
        self.price = price
    }

    nonisolated package var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// All transcripts of all agents. Backups of shortened ones are left out: what they hold is there twice.
    package func files() throws(FileError) -> [File] {
        var files: [File] = []
        for name in try FolderListing.names(directory.agentsFolder) {
            guard let agent = AgentID(normalizing: name), agent.rawValue == name else { continue }
            let folder = directory.sessionsDirectory(agent)
            for file in try FolderListing.names(folder) {
                guard let dot = file.firstRange(of: ".jsonl") else { continue }
                let rest = file[dot.upperBound...]
                let isArchive = rest.hasPrefix(".reset.") || rest.hasPrefix(".deleted.")
                guard rest.isEmpty || isArchive else { continue }
                files.append(
                    File(
                        agent: agent, sessionID: String(file[..<dot.lowerBound]), path: "\(folder)/\(file)",
                        isArchive: isArchive))
            }
        }
        return files
    }

    /// What happened in a transcript, by day (`2026-03-01`).
    package func days(of path: String, _ calendar: DayCalendar) throws(FileError) -> [String: UsageTally] {
        guard let stamp = FileStamp.of(path) else { return [:] }
        let key = CacheKey(path: path, stamp: stamp, calendar: calendar.name)
        if let days = cache[key] { return days }
        var usage = TranscriptUsage(calendar: calendar, price: price)
        try usage.read(path)
        cache.set(usage.days, for: key, cost: usage.days.count + 1)
        return usage.days
    }

    /// The use in a transcript over time; nil when there is no file.
    package func series(of path: String) throws(FileError) -> UsageSeries? {
        guard let descriptor = try TranscriptFile.openForReading(path) else { return nil }
        let file = OpenFile(descriptor: descriptor)
        var lines = ForwardLines(descriptor: file.descriptor, path: path)
        var series = UsageSeries()
        while let line = try lines.next() {
            // A damaged line counts for nothing.
            guard let entry = try? JSONParser.parse(Array(line), mode: .lenient), let message = entry["message"],
                let totals = AnswerUsage.totals(of: message, price)
            else { continue }
            series.add(totals, at: Int64(message["timestamp"]?.quantityValue ?? 0))
        }
        return series
    }

    /// What one message of a transcript used; nil when it is no answer of a model.
    package nonisolated func totals(of message: JSONValue) -> UsageTotals? { AnswerUsage.totals(of: message, price) }
}
