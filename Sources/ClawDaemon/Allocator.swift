#if canImport(Glibc)
    import CMalloc
#endif

/// The memory allocator of the process.
enum Allocator {
    /// Lets all threads share two arenas. By default each thread gets its own and keeps what it once used, which costs a
    /// Gateway more memory than the contention it saves; the figures stand in `docs/performance.md`.
    static func shareArenas() {
        #if canImport(Glibc)
            _ = mallopt(M_ARENA_MAX, 2)
            _ = mallopt(M_TRIM_THRESHOLD, 256 << 10)
        #endif
    }

    /// Hands free pages back to the system.
    static func returnFreeMemory() {
        #if canImport(Glibc)
            _ = malloc_trim(0)
        #endif
    }
}
