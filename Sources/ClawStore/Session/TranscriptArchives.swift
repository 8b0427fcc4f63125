package import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The transcripts in a folder that are not in use any more: `<id>.jsonl.reset.<time>` and `<id>.jsonl.deleted.<time>`. What is
/// named otherwise is not ours to judge.
package struct TranscriptArchives: Sendable {
    package struct Archive: Sendable, Hashable {
        /// Absolute.
        package let path: String
        /// When it went out of use, in milliseconds since 1970.
        package let archivedAt: Int64
        package let size: Int64
    }

    /// The oldest first.
    package private(set) var archives: [Archive] = []
    /// What they take together, in bytes.
    package private(set) var totalSize: Int64 = 0

    /// Looks at a folder; one that is not there holds nothing. Links are not followed.
    package init(folder: String) throws(FileError) {
        for name in try FolderListing.names(folder) {
            var information = stat()
            guard lstat("\(folder)/\(name)", &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
                continue
            }
            guard let time = Self.time(of: name) else { continue }
            let size = Int64(information.st_size)
            totalSize += size
            archives.append(Archive(path: "\(folder)/\(name)", archivedAt: time, size: size))
        }
        archives.sort { ($0.archivedAt, $0.path) < ($1.archivedAt, $1.path) }
    }

    /// When the file of this name went out of use; nil when its name does not say so.
    package static func time(of name: String) -> Int64? {
        for label in ["reset", "deleted"] {
            guard let range = name.firstRange(of: ".jsonl.\(label)."), range.lowerBound > name.startIndex else {
                continue
            }
            let stamp = name[range.upperBound...]
            let halves = stamp.split(separator: "T", omittingEmptySubsequences: false)
            guard halves.count == 2 else { return nil }
            return ISOTimestamp.parse("\(halves[0])T\(halves[1].map { $0 == "-" ? ":" : String($0) }.joined())")
        }
        return nil
    }

    /// The archives to remove so that those are gone that went out of use before `time`, and then the oldest until the rest
    /// takes at most `bytes`, which may be less than nothing. Pure.
    package func removals(before time: Int64?, bytes: Int64?) -> [Archive] {
        var rest = totalSize
        var removals: [Archive] = []
        for archive in archives {
            let isOld = time.map { archive.archivedAt < $0 } ?? false
            let isTooMuch = bytes.map { rest > $0 } ?? false
            guard isOld || isTooMuch else { continue }
            removals.append(archive)
            rest -= archive.size
        }
        return removals
    }
}
