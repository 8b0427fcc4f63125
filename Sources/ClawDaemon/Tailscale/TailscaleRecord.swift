import ClawSupport

/// What this Gateway last let Tailscale show, so that it is known again: what others show is never touched. A file in the state
/// directory.
struct TailscaleRecord: Sendable {
    let path: String

    init(stateDirectory: String) { path = "\(stateDirectory)/gateway/tailscale.json" }

    /// The address that Tailscale was told to lead to; nil when it shows nothing of ours. Throws `FileError`.
    func target() throws(FileError) -> String? {
        guard let bytes = try AtomicFile.read(path, limit: 1 << 16) else { return nil }
        // What cannot be read names nothing of ours; it is replaced when something is shown again.
        return (try? JSONParser.parse(bytes))?["target"]?.stringValue
    }

    func write(_ target: String) throws(FileError) {
        if let slash = path.lastIndex(of: "/") { try AtomicFile.makeDirectory(String(path[..<slash])) }
        let record: JSONValue = ["target": .string(target)]
        try AtomicFile.write(Array("\(record.prettyText)\n".utf8), to: path)
    }

    func remove() throws(FileError) { try AtomicFile.remove(path) }
}
