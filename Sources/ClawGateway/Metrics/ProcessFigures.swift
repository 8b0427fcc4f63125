import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the process uses of its machine; nil where the system does not tell.
package struct ProcessFigures: Sendable, Hashable {
    /// Seconds, user and system.
    package var cpu: Double
    /// Bytes.
    package var residentMemory: Int64?
    package var openFiles: Int64?
    package var fileLimit: Int64?

    package init(cpu: Double, residentMemory: Int64? = nil, openFiles: Int64? = nil, fileLimit: Int64? = nil) {
        self.cpu = cpu
        self.residentMemory = residentMemory
        self.openFiles = openFiles
        self.fileLimit = fileLimit
    }

    /// Reads some small files; not for event loops.
    package static func current() -> ProcessFigures {
        var usage = rusage()
        #if canImport(Glibc)
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
            getrusage(RUSAGE_SELF, &usage)
        #endif
        let times = [usage.ru_utime, usage.ru_stime]
        let cpu = times.reduce(0.0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000 }
        return ProcessFigures(
            cpu: cpu, residentMemory: residentMemory(), openFiles: openFiles(),
            fileLimit: FileDescriptors.limit.map { Int64($0) })
    }

    private static func residentMemory() -> Int64? {
        // Other systems have no such file; then there is no figure.
        guard let bytes = try? AtomicFile.read("/proc/self/statm", limit: 4096) else { return nil }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = Int64(fields[1]) else { return nil }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }

    private static func openFiles() -> Int64? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count: Int64 = 0
        while readdir(folder) != nil { count += 1 }
        // Itself, its parent, and the descriptor that reads it.
        return max(0, count - 3)
    }
}
