package import ClawSupport

/// Something that a stranger asks to be fetched from the web, with what may become of it.
package struct WebFetch: Sendable, Hashable {
    package var address: WebAddress
    /// The most bytes of the content.
    package var byteLimit: Int
    package var redirectLimit: Int
    /// For all of it, from the first name to the last byte.
    package var timeout: Duration
    /// Names of hosts, `*.` before a name for all below it; empty for every public host.
    package var hosts: [String]

    package init(
        address: WebAddress, byteLimit: Int, redirectLimit: Int = 3, timeout: Duration = .seconds(10),
        hosts: [String] = []
    ) {
        self.address = address
        self.byteLimit = byteLimit
        self.redirectLimit = redirectLimit
        self.timeout = timeout
        self.hosts = hosts
    }
}

/// What was fetched.
package struct WebContent: Sendable, Hashable {
    /// Where it came from in the end.
    package var address: WebAddress
    /// As the server says; in lower case and without parameters.
    package var mediaType: String?
    package var bytes: [UInt8]

    package init(address: WebAddress, mediaType: String?, bytes: [UInt8]) {
        self.address = address
        self.mediaType = mediaType
        self.bytes = bytes
    }
}

/// Fetches what others ask for, from public addresses only: nothing of this machine or of its network can be reached by it.
package protocol WebFetcher: Sendable {
    /// Throws `ClawError` with a sentence for the one who asked.
    func fetch(_ fetch: WebFetch) async throws -> WebContent
}
