package import ClawCore
package import ClawSupport

/// Fetches from the web for strangers (attacks S116 to S123). Each address on the way is resolved once, all that it stands for is
/// checked, and the connection goes to what was checked. No proxy is used, and nothing is sent along that another server could
/// want.
package struct GuardedFetcher: WebFetcher {
    private let transport: any HTTPTransport
    private let time: any TimeSource
    private let resolve: @Sendable (String) async throws -> [IPAddress]
    private let mayReach: @Sendable (IPAddress) -> Bool

    /// - Parameters:
    ///   - resolve: The addresses that a name stands for.
    ///   - mayReach: Which addresses may be connected to.
    package init(
        transport: any HTTPTransport, time: any TimeSource,
        resolve: @escaping @Sendable (String) async throws -> [IPAddress] = HostResolver.addresses,
        mayReach: @escaping @Sendable (IPAddress) -> Bool = { $0.isPublic }
    ) {
        self.transport = transport
        self.time = time
        self.resolve = resolve
        self.mayReach = mayReach
    }

    package func fetch(_ fetch: WebFetch) async throws -> WebContent {
        let late = ClawError(.timeout, "The address did not answer in time.")
        return try await withDeadline(fetch.timeout, time, throwing: late) { try await follow(fetch) }
    }

    private func follow(_ fetch: WebFetch) async throws -> WebContent {
        var address = fetch.address
        for _ in 0...max(0, fetch.redirectLimit) {
            guard let location = try await step(address, fetch) else { throw CancellationError() }
            switch location {
            case .content(let content): return content
            case .elsewhere(let next):
                if address.isEncrypted, !next.isEncrypted { throw Self.refused("It leads to an address without TLS.") }
                address = next
            }
        }
        throw Self.refused("It leads on too often.")
    }

    private enum Step {
        case content(WebContent)
        case elsewhere(WebAddress)
    }

    private func step(_ address: WebAddress, _ fetch: WebFetch) async throws -> Step? {
        var request = OutgoingRequest(
            method: "GET", url: address.description, headers: [("accept", "*/*"), ("user-agent", "openclaw")])
        request.connectsTo = try await checked(address, fetch).description
        var head: IncomingHead?
        var bytes: [UInt8] = []
        do {
            try await transport.send(request, connectTimeout: fetch.timeout, idleTimeout: fetch.timeout) {
                answer, piece in
                head = answer
                guard answer.status == 200 else { throw HeadIsEnough() }
                if bytes.count + piece.count > fetch.byteLimit {
                    throw Self.refused("It is larger than \(fetch.byteLimit) bytes.")
                }
                bytes += piece
            }
        } catch is HeadIsEnough {
            // Nobody wants the body of a redirect or of an error.
        } catch let error as ProviderError {
            throw ClawError(.unavailable, "The address cannot be fetched.", cause: error)
        }
        guard let head else { return nil }
        switch head.status {
        case 200:
            let type = head.headers["content-type"].flatMap { text in
                text.prefix { $0 != ";" }.split(separator: " ").first?.lowercased()
            }
            return .content(WebContent(address: address, mediaType: type, bytes: bytes))
        case 301, 302, 303, 307, 308:
            guard let next = head.headers["location"].flatMap(address.following) else {
                throw Self.refused("It leads to no address of the web.")
            }
            return .elsewhere(next)
        default: throw ClawError(.unavailable, "The address answered with status \(head.status).")
        }
    }

    private struct HeadIsEnough: Error {}

    /// The one address to connect to. A name of which any address is not public is refused as a whole.
    private func checked(_ address: WebAddress, _ fetch: WebFetch) async throws -> IPAddress {
        if !fetch.hosts.isEmpty, !fetch.hosts.contains(where: { Self.matches($0.lowercased(), address.host) }) {
            throw Self.refused("Its host is not on the list of those that may be fetched from.")
        }
        let found: [IPAddress]
        if let literal = IPAddress(address.host) {
            found = [literal]
        } else {
            found = try await resolve(address.host)
        }
        guard let first = found.first, found.allSatisfy(mayReach) else {
            throw Self.refused("Its host is not a public one.")
        }
        return first
    }

    private static func matches(_ pattern: String, _ host: String) -> Bool {
        pattern.hasPrefix("*.") ? host.hasSuffix(pattern.dropFirst()) : host == pattern
    }

    private static func refused(_ sentence: String) -> ClawError {
        ClawError(.invalidRequest, "The address is not fetched. \(sentence)")
    }
}
