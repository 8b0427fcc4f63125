import ClawClient
package import ClawCore
import ClawExec
import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The way to a Gateway that listens only on its own machine: `ssh` carries one connection there and back on its standard
/// input and output, so that no port is opened here for others to use.
package struct SSHRoute: Sendable, Hashable {
    /// `user@host` or `host`, as `ssh` takes it.
    package let destination: String
    package let port: Int?
    /// A key file; nil lets `ssh` choose.
    package let identity: String?
    /// The port of the Gateway over there.
    package let gatewayPort: Int

    /// Reads a destination of the form `user@host:port`. `source` names the place it comes from in the error. A destination
    /// that `ssh` could take for an option is none (attack S63).
    package init(_ target: String, identity: String?, gatewayPort: Int, source: String) throws(ClawError) {
        var host = Substring(target)
        var number: Int?
        let firstColon = host.firstIndex(of: ":")
        if let firstColon, firstColon == host.lastIndex(of: ":") {
            number = Int(host[host.index(after: firstColon)...])
            host = host[..<firstColon]
            if !(1...65535).contains(number ?? 0) { host = "" }
        }
        let parts = host.split(separator: "@", omittingEmptySubsequences: false)
        let isName = parts.count <= 2 && parts.allSatisfy { !$0.isEmpty && $0.first != "-" && Self.isPlain($0) }
        guard isName else {
            throw ClawError(
                .configInvalid, "\(source) \"\(TerminalText.clean(target))\" is no destination for ssh.",
                hint: "Write user@host or user@host:port.")
        }
        destination = String(host)
        port = number
        self.identity = identity
        self.gatewayPort = gatewayPort
    }

    private static func isPlain(_ text: Substring) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
                UInt8(ascii: ":"):
                true
            default: false
            }
        }
    }

    /// The arguments of `ssh`. Where nobody can answer it asks nothing.
    func arguments(isInteractive: Bool) -> [String] {
        var arguments = ["-T", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=15"]
        if !isInteractive { arguments += ["-o", "BatchMode=yes"] }
        if let port { arguments += ["-p", "\(port)"] }
        if let identity { arguments += ["-i", identity] }
        return arguments + ["-W", "127.0.0.1:\(gatewayPort)", "--", destination]
    }

    /// Runs `body` with a socket that leads to the Gateway, and ends `ssh` when it returns; `body` closes the socket. Throws what
    /// `body` throws, or in its place why `ssh` did not get there.
    func withSocket<Result>(
        environment: [String: String], isInteractive: Bool, _ body: (Int32) async throws -> Result
    ) async throws -> Result {
        let ssh = ProgramRun("ssh", arguments(isInteractive: isInteractive), environment: environment)
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Self.streamType, 0, &ends) == 0 else {
            throw ClawError(.unavailable, "No socket for ssh: \(String(cString: strerror(errno))).")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let (near, far) = (ends[0], ends[1])
        return try await withThrowingTaskGroup(of: ProgramRun.Result?.self) { group in
            group.addTask { try await ssh.result(on: far) }
            defer { group.cancelAll() }
            do {
                return try await body(near)
            } catch GatewayClientError.unreachable(let endpoint, let reason, _) {
                // It has hung up or is about to; its own words tell more than the broken connection does.
                group.addTask {
                    try await SystemTimeSource().sleep(for: .seconds(2))
                    return nil
                }
                if let first = try await group.next(), let ended = first, !ended.isSuccess { throw failure(ended) }
                throw GatewayClientError.unreachable(endpoint: endpoint, reason: reason, isLocal: false)
            }
        }
    }

    private func failure(_ ended: ProgramRun.Result) -> ClawError {
        let words = TerminalText.clean(ended.complaint.split(separator: "\n").joined(separator: "; "))
        let isRefused = ended.complaint.contains("open failed")
        return ClawError(
            .unavailable,
            isRefused
                ? "No Gateway listens on port \(gatewayPort) of \(destination): \(words)"
                : "ssh could not reach \(destination): \(words)",
            hint: isRefused
                ? "Start it there with `openclaw gateway run`, or set the port in gateway.remote.url."
                : "Try `ssh \(destination)` by hand.", retry: .yes)
    }

    #if canImport(Glibc)
        private static let streamType = Int32(SOCK_STREAM.rawValue)
    #else
        private static let streamType = SOCK_STREAM
    #endif
}
