import ClawCore
package import ClawSupport
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Asks the system which addresses a name stands for, on a thread that may wait.
package enum HostResolver {
    /// In the order of the system. Throws `ClawError` when there are none.
    package static func addresses(of host: String) async throws -> [IPAddress] {
        // This machine, whatever a resolver says or does not know (RFC 6761).
        let name = "." + (host.hasSuffix(".") ? host.dropLast() : Substring(host)).lowercased()
        if name.hasSuffix(".localhost") { return [.loopback] }
        let found = try await NIOThreadPool.singleton.runIfActive { lookUp(host) }
        if found.isEmpty { throw ClawError(.unavailable, "The address cannot be fetched: its host is not known.") }
        return found
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
