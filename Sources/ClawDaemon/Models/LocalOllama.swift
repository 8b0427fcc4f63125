import ClawCore
import ClawProviders
import ClawSupport

/// Ollama on this machine.
package enum LocalOllama {
    private static let limit = 1 << 20

    /// The names of its models; none when it does not answer within a second.
    ///
    /// - Parameter address: `http://127.0.0.1:11434`, without a slash at the end.
    package static func models(at address: String) async -> [String] {
        let transport = PooledHTTPTransport()
        var body: [UInt8] = []
        var status = 0
        do {
            let request = OutgoingRequest(method: "GET", url: "\(address)/api/tags", body: [])
            try await transport.send(request, connectTimeout: .milliseconds(500), idleTimeout: .seconds(1)) {
                head, bytes in
                status = head.status
                body += bytes
                if body.count > limit { throw CancellationError() }
            }
        } catch {
            // Nobody there is the usual case, and no fault.
            status = 0
        }
        // Connections that do not end well end with the process.
        try? await transport.shutdown()
        guard status == 200, let list = try? JSONParser.parse(body, mode: .lenient)["models"]?.arrayValue else {
            return []
        }
        return list.compactMap { $0["name"]?.stringValue ?? $0["model"]?.stringValue }
    }
}
