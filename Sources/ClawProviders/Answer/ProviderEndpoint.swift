import ClawCore
import ClawSupport

/// Where and how one vendor is called: what the wire families have in common.
struct ProviderEndpoint: Sendable {
    let id: String
    /// The vendor's name for people.
    let name: String
    let url: String
    let apiKey: Redacted?
    let keySource: String
    /// Whether a call without a key is pointless and is refused here.
    let requiresKey: Bool
    let headers: [(name: String, value: String)]
    let connectTimeout: Duration
    let idleTimeout: Duration
    let transport: any HTTPTransport

    func fault(for model: ModelDescription) -> VendorFault {
        VendorFault(name: name, keySource: keySource, secret: apiKey, model: model.reference.description)
    }

    /// Posts `body` and hands the meaning of the answer to `emit`, until the answer is complete.
    func call<Stream: AnswerStream>(
        body: [UInt8], authorization: [(name: String, value: String)], stream: Stream, model: ModelDescription,
        emit: ([ModelEvent]) async throws -> Void
    ) async throws {
        let fault = fault(for: model)
        if requiresKey, apiKey?.isEmpty ?? true { throw fault.missingKey() }
        var reader = AnswerReader(stream: stream, vendor: fault)
        var request = OutgoingRequest(method: "POST", url: url, body: body)
        request.headers = [("content-type", "application/json"), ("accept", "text/event-stream, application/json")]
        request.headers += authorization
        for (name, value) in headers {
            let name = name.lowercased()
            request.headers.removeAll { $0.name == name }
            request.headers.append((name, value))
        }
        do {
            try await transport.send(request, connectTimeout: connectTimeout, idleTimeout: idleTimeout) { head, bytes in
                let events = try reader.receive(head, bytes)
                if !events.isEmpty { try await emit(events) }
                if let failure = reader.failure { throw failure }
            }
        } catch let error as ProviderError where error.reason == .timeout && reader.isComplete {
            // The answer was whole; that the server then kept the connection open or cut it takes nothing from it.
            return
        }
        let rest = try reader.end()
        if !rest.isEmpty { try await emit(rest) }
    }

    /// `base` and `path` joined, where either may hold the version.
    static func url(base: String, version: String, path: String) -> String {
        var base = base
        while base.hasSuffix("/") { base.removeLast() }
        return base.hasSuffix("/\(version)") || version.isEmpty ? "\(base)/\(path)" : "\(base)/\(version)/\(path)"
    }
}
