/// A request to another server.
package struct OutgoingRequest: Sendable {
    package var method: String
    package var url: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]?
    /// The numeric address to connect to, whatever the host of `url` stands for; nil leaves it to the system.
    package var connectsTo: String?

    package init(method: String, url: String, headers: [(name: String, value: String)] = [], body: [UInt8]? = nil) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
    }
}

/// The head of an answer.
package struct IncomingHead: Sendable {
    package var status: Int
    /// Names in lower case.
    package var headers: [String: String]

    package init(status: Int, headers: [String: String]) {
        self.status = status
        self.headers = headers
    }
}

/// How this program speaks HTTP to others; tests put a scripted one in its place.
package protocol HTTPTransport: Sendable {
    /// Sends `request` and hands the answer to `receive`: first the head with no bytes, then the body piece by piece as it
    /// arrives. Throws `ProviderError` with reason `timeout` when connecting takes longer than `connectTimeout` or the
    /// stream is silent for `idleTimeout`; returns after the last piece.
    func send(
        _ request: OutgoingRequest, connectTimeout: Duration, idleTimeout: Duration,
        receive: (IncomingHead, [UInt8]) async throws -> Void
    ) async throws
}
