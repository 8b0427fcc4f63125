import ClawCore
import ClawSupport

/// Reads the way from a transcript's leaf towards its root, no further than is needed.
struct TranscriptReader {
    /// Where the walk came out.
    enum Step {
        case goOn
        case stop
    }

    /// How many bytes of lines were read on the way.
    private(set) var byteCount = 0
    private let path: String

    init(path: String) { self.path = path }

    /// Hands the entries from the leaf towards the root to `visit` until it stops. A file that is missing or has no readable
    /// header holds none. Returns the state of the file that was read.
    mutating func walk(
        maximumBytes: Int = .max, _ visit: (JSONObject) -> Step
    ) throws(FileError) -> FileStamp? {
        guard let descriptor = try TranscriptFile.openForReading(path) else { return nil }
        let opened = OpenFile(descriptor: descriptor)
        let stamp = try FileStamp.of(descriptor: opened.descriptor, path: path)
        guard let header = try TranscriptFile.header(descriptor: opened.descriptor, path: path) else { return stamp }
        var lines = try ReverseLines(descriptor: opened.descriptor, path: path)
        if header.version < 2 {
            try walkLinear(&lines, maximumBytes, visit)
        } else {
            try walkTree(&lines, maximumBytes, visit)
        }
        return stamp
    }

    /// Follows `parentId`. A parent whose line is unreadable is bridged: the entry before that line takes its place.
    private mutating func walkTree(
        _ lines: inout ReverseLines, _ maximumBytes: Int, _ visit: (JSONObject) -> Step
    ) throws(FileError) {
        var wanted: String?
        var hasLeaf = false
        var bridges = false
        while let line = try lines.next() {
            byteCount += line.count
            if byteCount > maximumBytes, hasLeaf { return }
            if line.isEmpty { continue }
            guard let entry = Self.entry(line), let id = entry["id"]?.stringValue else {
                bridges = hasLeaf
                continue
            }
            if entry["type"]?.stringValue == "session" { return }
            if hasLeaf, id != wanted, !bridges { continue }
            bridges = false
            hasLeaf = true
            if case .stop = visit(entry) { return }
            guard let parent = entry["parentId"]?.stringValue else { return }
            wanted = parent
        }
    }

    /// Version 1 has no ids: they are made from the line's place, and `firstKeptEntryIndex` names one.
    private mutating func walkLinear(
        _ lines: inout ReverseLines, _ maximumBytes: Int, _ visit: (JSONObject) -> Step
    ) throws(FileError) {
        var entries: [JSONObject] = []
        while let line = try lines.next() {
            byteCount += line.count
            if byteCount > maximumBytes, !entries.isEmpty { break }
            if let entry = Self.entry(line) { entries.append(entry) }
        }
        // Counted with the header, which is entry 0.
        for (position, entry) in entries.enumerated() where entry["type"]?.stringValue != "session" {
            var entry = entry
            entry["id"] = entry["id"] ?? .string(Self.linearID(entries.count - 1 - position))
            if let kept = entry["firstKeptEntryIndex"]?.intValue, entry["firstKeptEntryId"] == nil {
                let target = entries.count - 1 - kept
                let named = entries.indices.contains(target) ? entries[target]["id"] : nil
                entry["firstKeptEntryId"] = named ?? .string(Self.linearID(kept))
            }
            if case .stop = visit(entry) { return }
        }
    }

    private static func linearID(_ position: Int) -> String {
        let hex = String(position, radix: 16)
        return String(repeating: "0", count: max(0, 8 - hex.count)) + hex
    }

    private static func entry(_ line: [UInt8]) -> JSONObject? {
        // A malformed line is skipped and stays where it is.
        (try? JSONParser.parse(line, mode: .lenient))?.objectValue
    }
}

/// Collects a window while the walk goes back in time.
struct WindowBuilder {
    private let limit: Int
    private var newestFirst: [TranscriptWindow.Item] = []
    /// What lies between a compaction and the first entry it keeps, in the end part of `newestFirst` from this count on.
    private var keptStart: Int?
    private var compaction: TranscriptWindow.Compaction?
    private var compactionTime: Int64 = 0
    private var window = TranscriptWindow()
    private var foundKept = false

    init(limit: Int) { self.limit = limit }

    /// Takes the next older entry on the path.
    mutating func take(_ entry: JSONObject) -> TranscriptReader.Step {
        let id = entry["id"]?.stringValue ?? ""
        if window.leafID == nil { window.leafID = id }
        add(entry, id: id)
        if let compaction, compaction.firstKeptEntryID == id {
            foundKept = true
            return .stop
        }
        if newestFirst.count >= limit {
            window.isTruncated = true
            return .stop
        }
        return .goOn
    }

    private mutating func add(_ entry: JSONObject, id: String) {
        switch entry["type"]?.stringValue {
        case "message":
            guard let object = entry["message"]?.objectValue, let message = MessageCoding.decode(object) else { return }
            newestFirst.append(TranscriptWindow.Item(entryID: id, message: message))
        case "custom_message": add(MessageCoding.blocks(entry["content"]), id: id, timestamp: Self.time(entry))
        case "branch_summary":
            let summary = entry["summary"]?.stringValue ?? ""
            add([.text("Summary of a branch of this conversation:\n\n\(summary)")], id: id, timestamp: Self.time(entry))
        case "compaction" where compaction == nil:
            keptStart = newestFirst.count
            compactionTime = Self.time(entry)
            compaction = TranscriptWindow.Compaction(
                entryID: id, summary: entry["summary"]?.stringValue ?? "",
                firstKeptEntryID: entry["firstKeptEntryId"]?.stringValue ?? "",
                tokensBefore: entry["tokensBefore"]?.intValue ?? 0)
        case "thinking_level_change": window.thinkingLevel = window.thinkingLevel ?? entry["thinkingLevel"]?.stringValue
        case "model_change":
            guard window.model == nil, let provider = entry["provider"]?.stringValue,
                let model = entry["modelId"]?.stringValue
            else { return }
            window.model = ModelReference(provider: provider, model: model)
        default: break
        }
    }

    private static func time(_ entry: JSONObject) -> Int64 {
        entry["timestamp"]?.stringValue.flatMap(ISOTimestamp.parse) ?? 0
    }

    private mutating func add(_ content: [ContentBlock], id: String, timestamp: Int64) {
        newestFirst.append(
            TranscriptWindow.Item(
                entryID: id, message: .user(UserMessage(content: content, timestamp: timestamp))))
    }

    /// The window, oldest first, with the summary before everything else.
    func finish() -> TranscriptWindow {
        var window = window
        var items = newestFirst
        if let compaction, let keptStart {
            // A kept part whose beginning does not exist is not part of the context.
            if !foundKept, !window.isTruncated { items.removeSubrange(keptStart...) }
            let text = "Summary of the conversation so far:\n\n\(compaction.summary)"
            items.append(
                TranscriptWindow.Item(
                    entryID: compaction.entryID,
                    message: .user(UserMessage(content: [.text(text)], timestamp: compactionTime))))
            window.compaction = compaction
        }
        window.items = items.reversed()
        if compaction == nil { window.trim(to: limit) }
        return window
    }
}
