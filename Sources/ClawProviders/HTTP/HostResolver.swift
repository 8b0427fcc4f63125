import ClawCore
package import ClawSupport
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Asks the system which addresses a name stands for, on a thread that may wait.
package enum HostResolver {
    /// In the order of the system. Throws `ClawError` when there are none, and `CancellationError` as soon as the task is
    /// cancelled: the system itself may take as long as the slowest server that it asks.
    package static func addresses(of host: String) async throws -> [IPAddress] {
        try await addresses(of: host, lookUp: lookUp)
    }

    /// - Parameter lookUp: Asks the system, and waits.
    static func addresses(
        of host: String, lookUp: @escaping @Sendable (String) -> [IPAddress]
    ) async throws -> [IPAddress] {
        // This machine, whatever a resolver says or does not know (RFC 6761).
        let name = "." + (host.hasSuffix(".") ? host.dropLast() : Substring(host)).lowercased()
        if name.hasSuffix(".localhost") { return [.loopback] }
        let answer = Answer()
        let found = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                answer.expect(continuation)
                NIOThreadPool.singleton.submit { _ in answer.come(.success(lookUp(host))) }
            }
        } onCancel: {
            answer.come(.failure(CancellationError()))
        }
        if found.isEmpty { throw ClawError(.unavailable, "The address cannot be fetched: its host is not known.") }
        return found
    }

    /// The first answer that comes; what comes later is nobody's.
    private final class Answer: Sendable {
        private enum State {
            case open
            case expected(CheckedContinuation<[IPAddress], any Error>)
            case come(Result<[IPAddress], any Error>)
        }

        private let state = Mutex(State.open)

        func expect(_ continuation: CheckedContinuation<[IPAddress], any Error>) {
            let result = state.withLock { state -> Result<[IPAddress], any Error>? in
                if case .come(let result) = state { return result }
                state = .expected(continuation)
                return nil
            }
            if let result { continuation.resume(with: result) }
        }

        func come(_ result: Result<[IPAddress], any Error>) {
            let waiting = state.withLock { state -> CheckedContinuation<[IPAddress], any Error>? in
                defer { if case .come = state {} else { state = .come(result) } }
                if case .expected(let continuation) = state { return continuation }
                return nil
            }
            waiting?.resume(with: result)
        }
    }

    private static func lookUp(_ host: String) -> [IPAddress] {
        var hints = addrinfo()
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [IPAddress] = []
        var entry = list
        while let current = entry {
            if let address = address(of: current.pointee) { found.append(address) }
            entry = current.pointee.ai_next
        }
        return found
    }

    private static func address(of entry: addrinfo) -> IPAddress? {
        guard let raw = UnsafeRawPointer(entry.ai_addr) else { return nil }
        switch entry.ai_family {
        case AF_INET:
            let socket = raw.loadUnaligned(as: sockaddr_in.self)
            return IPAddress(withUnsafeBytes(of: socket.sin_addr) { Array($0) })
        case AF_INET6:
            let socket = raw.loadUnaligned(as: sockaddr_in6.self)
            return IPAddress(withUnsafeBytes(of: socket.sin6_addr) { Array($0) })
        default: return nil
        }
    }
}
