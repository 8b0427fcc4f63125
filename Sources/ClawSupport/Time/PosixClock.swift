#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The clocks of the operating system, read without Foundation.
enum PosixClock {
    static func realtimeMilliseconds() -> Int64 {
        var value = timespec()
        clock_gettime(CLOCK_REALTIME, &value)
        return Int64(value.tv_sec) * 1000 + Int64(value.tv_nsec) / 1_000_000
    }

    static func monotonicNanoseconds() -> UInt64 {
        var value = timespec()
        clock_gettime(CLOCK_MONOTONIC, &value)
        return UInt64(value.tv_sec) * 1_000_000_000 + UInt64(value.tv_nsec)
    }
}
