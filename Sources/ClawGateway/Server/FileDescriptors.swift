#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The number of files and sockets that this process may hold.
enum FileDescriptors {
    /// Raises the limit to what the system allows the process; many systems start with 1024, which is fewer than the
    /// connections that the Gateway accepts.
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        // When it fails the old limit holds, and connections beyond it are refused.
        _ = setrlimit(resource, &limit)
    }

    /// The limit that holds now; nil when the system does not tell.
    static var limit: rlim_t? {
        var limit = rlimit()
        return getrlimit(resource, &limit) == 0 ? limit.rlim_cur : nil
    }

    #if canImport(Glibc)
        private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        private static let resource = RLIMIT_NOFILE
    #endif
}
