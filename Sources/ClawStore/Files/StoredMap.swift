import ClawSupport

/// A JSON object in a file that other programs may write too. It is read again when the file is not in the state in which it
/// was left; a file that is no JSON object is moved aside and reported. Belongs to the actor that owns it.
struct StoredMap {
    private let path: String
    private let report: StoreReporter
    private let now: @Sendable () -> Int64
    private var stamp: FileStamp?
    private var isLoaded = false
    private var object = JSONObject()

    init(path: String, report: @escaping StoreReporter, now: @escaping @Sendable () -> Int64) {
        self.path = path
        self.report = report
        self.now = now
    }

    /// The content as it is now.
    mutating func read() throws(FileError) -> JSONObject {
        let found = FileStamp.of(path)
        if isLoaded, found == stamp { return object }
        object = try Self.load(path, report: report, now: now())
        stamp = FileStamp.of(path)
        isLoaded = true
        return object
    }

    /// Replaces the file, durably.
    mutating func write(_ changed: JSONObject) throws(FileError) {
        if let slash = path.lastIndex(of: "/") { try AtomicFile.makeDirectory(String(path[..<slash])) }
        try AtomicFile.write(Array((JSONValue.object(changed).prettyText + "\n").utf8), to: path)
        object = changed
        stamp = FileStamp.of(path)
        isLoaded = true
    }

    /// The object in a file; empty when there is no file, or when it had to be moved aside.
    static func load(_ path: String, report: StoreReporter, now: Int64) throws(FileError) -> JSONObject {
        guard let bytes = try AtomicFile.read(path) else { return [:] }
        let fault: String
        do throws(JSONParseError) {
            let value = try JSONParser.parse(bytes, mode: .lenient)
            if let object = value.objectValue { return object }
            fault = "expected an object"
        } catch {
            fault = error.description
        }
        let aside = try FileNames.moveAside(
            path, label: "unreadable", stamp: ISOTimestamp.fileStamp(milliseconds: now))
        report(
            StoreIssue(
                kind: .movedAside, path: path,
                message: "\(path) is not readable (\(fault)); it was kept as \(FileNames.name(of: aside))."))
        return [:]
    }
}
