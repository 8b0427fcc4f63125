import ClawSupport

#if canImport(Glibc)
    import Glibc
#endif

/// The pages of the executable and its libraries that are mapped into memory.
///
/// Starting runs through much code that an idle Gateway never runs again, and its pages count as used memory as long as they
/// are mapped. Pages that are needed again come back from the system's file cache within microseconds.
///
/// Invariant: only mappings of files are given back that cannot be written and hold no page of their own, so what comes back
/// is what was there. Relocated data is read-only, too, and does hold pages of its own: it stays.
enum ExecutablePages {
    /// Gives back what can be; does nothing where the system does not tell about its mappings.
    static func release() {
        #if canImport(Glibc)
            // Without the file nothing is given back, and nothing depends on it.
            guard let bytes = try? AtomicFile.read("/proc/self/smaps") else { return }
            for range in releasable(in: String(decoding: bytes, as: UTF8.self)) {
                madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, MADV_DONTNEED)
            }
        #endif
    }

    /// The address ranges that may be given back, of a text in the form of `/proc/<pid>/smaps` (proc_pid_smaps(5)).
    static func releasable(in smaps: String) -> [Range<UInt>] {
        var ranges: [Range<UInt>] = []
        var candidate: Range<UInt>?
        for line in smaps.split(separator: "\n") {
            if let mapping = Mapping(line) {
                candidate = mapping.isReadOnlyFile ? mapping.range : nil
            } else if line.hasPrefix("Anonymous:"), let range = candidate {
                if line.split(separator: " ").dropFirst().first == "0" { ranges.append(range) }
                candidate = nil
            }
        }
        return ranges
    }

    /// The first line of an entry: `address permissions offset device inode path`.
    private struct Mapping {
        var range: Range<UInt>
        var isReadOnlyFile: Bool

        init?(_ line: Substring) {
            let fields = line.split(separator: " ", maxSplits: 5)
            guard fields.count >= 5, fields[1].utf8.count == 4, let dash = fields[0].firstIndex(of: "-"),
                let start = UInt(fields[0][..<dash], radix: 16),
                let end = UInt(fields[0][fields[0].index(after: dash)...], radix: 16), start < end
            else { return nil }
            range = start..<end
            let path = fields.count == 6 ? fields[5].drop { $0 == " " } : ""
            isReadOnlyFile = (fields[1] == "r-xp" || fields[1] == "r--p") && path.hasPrefix("/")
        }
    }
}
