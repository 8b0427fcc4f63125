import ClawStore
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Watches whether something is done on the thread for files, and not on the pool that everything else shares.
final class FileThread: Sendable {
    private let id: UInt
    private let visits = Mutex<[Bool]>([])

    init() async throws { id = try await FileWork.shared.run { Self.current } }

    /// Notes from where it is called.
    func visit() { visits.withLock { $0.append(Self.current == id) } }

    /// For each visit whether it was made on the thread for files.
    var seen: [Bool] { visits.withLock { $0 } }

    private static var current: UInt {
        #if canImport(Glibc)
            pthread_self()
        #else
            UInt(bitPattern: pthread_self())
        #endif
    }
}
