#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A TCP port of 127.0.0.1 that the system says is free now, for a server that cannot be told to choose one itself.
package func freePort() throws -> Int { try BoundPort().number }

/// A TCP port of 127.0.0.1 that is taken, and at which nobody listens, as long as this value lives: every connection is
/// refused, and no other test can come to listen there in the meantime.
package final class BoundPort {
    package let number: Int
    private let descriptor: Int32

    package init() throws {
        #if canImport(Glibc)
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
            descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        if descriptor < 0 {
            throw ChildProcess.Failure(description: "Cannot open a socket: \(String(cString: strerror(errno))).")
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let own = descriptor
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(own, generic, length) == 0 ? getsockname(own, generic, &length) : -1
            }
        }
        if result != 0 {
            close(descriptor)
            throw ChildProcess.Failure(description: "Cannot find a free port: \(String(cString: strerror(errno))).")
        }
        number = Int(UInt16(bigEndian: address.sin_port))
    }

    /// From now on connections are taken, and nobody answers them.
    package func listen() throws {
        #if canImport(Glibc)
            let result = Glibc.listen(descriptor, 1)
        #else
            let result = Darwin.listen(descriptor, 1)
        #endif
        if result != 0 {
            throw ChildProcess.Failure(description: "Cannot listen: \(String(cString: strerror(errno))).")
        }
    }

    deinit { close(descriptor) }
}
