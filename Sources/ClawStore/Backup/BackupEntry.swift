import ClawSupport

/// One record of a backup: a JSON object, and for a file its bytes behind it.
package enum BackupEntry: Sendable, Hashable {
    /// The first record. Milliseconds since 1970.
    case manifest(createdAt: Int64, version: String)
    case directory(path: String)
    /// `mode` holds permission bits, `size` bytes.
    case file(path: String, mode: UInt32, size: Int64)
    /// The last record, so that nothing can be left out at the end.
    case end(files: Int, bytes: Int64)

    /// The most bytes of the JSON object.
    static let limit = 16 << 10

    var json: JSONValue {
        switch self {
        case .manifest(let createdAt, let version):
            [
                "type": "manifest", "createdAt": .string(ISOTimestamp.format(milliseconds: createdAt)),
                "version": .string(version),
            ]
        case .directory(let path): ["type": "directory", "path": .string(path)]
        case .file(let path, let mode, let size):
            ["type": "file", "path": .string(path), "mode": .int(Int(mode)), "size": .int64(size)]
        case .end(let files, let bytes): ["type": "end", "files": .int(files), "bytes": .int64(bytes)]
        }
    }

    init?(json: JSONValue) {
        switch json["type"]?.stringValue {
        case "manifest":
            guard let created = json["createdAt"]?.stringValue.flatMap(ISOTimestamp.parse),
                let version = json["version"]?.stringValue
            else { return nil }
            self = .manifest(createdAt: created, version: version)
        case "directory":
            guard let path = json["path"]?.stringValue else { return nil }
            self = .directory(path: path)
        case "file":
            guard let path = json["path"]?.stringValue, let mode = json["mode"]?.intValue, (0...0o777).contains(mode),
                let size = json["size"]?.intValue, size >= 0
            else { return nil }
            self = .file(path: path, mode: UInt32(mode), size: Int64(size))
        case "end":
            guard let files = json["files"]?.intValue, let bytes = json["bytes"]?.intValue else { return nil }
            self = .end(files: files, bytes: Int64(bytes))
        default: return nil
        }
    }

    /// Whether a path stays inside the directory that it is relative to: names only, none of them empty, `.` or `..`.
    static func isInside(_ path: String) -> Bool {
        !path.isEmpty && path.utf8.count < 4096 && !path.utf8.contains(0)
            && path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255
            }
    }
}
