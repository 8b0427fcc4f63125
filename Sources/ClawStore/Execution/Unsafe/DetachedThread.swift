#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A thread of our own for work that blocks, perhaps for ever: nobody waits for its end.
///
/// Why this is in `Unsafe/`: the system hands a raw pointer to the new thread. Invariant: the pointer is one retained
/// reference, which the thread takes exactly once, and gives up when its work ends.
package enum DetachedThread {
    private final class Work: Sendable {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Deep JSON is parsed on these threads; only the pages that are touched cost memory.
    private static let stackSize = 2 << 20

    /// Starts `body`; false when the system gives no thread.
    package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setstacksize(&attributes, stackSize)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        let work = Unmanaged.passRetained(Work(body))
        #if canImport(Darwin)
            var thread: pthread_t?
            let code = pthread_create(&thread, &attributes, { DetachedThread.main($0) }, work.toOpaque())
        #else
            var thread = pthread_t()
            let code = pthread_create(&thread, &attributes, { DetachedThread.main($0!) }, work.toOpaque())
        #endif
        if code != 0 { work.release() }
        return code == 0
    }

    private static func main(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        return nil
    }
}
