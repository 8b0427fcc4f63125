package import ClawProtocol
package import ClawSupport
package import HTTPTypes
package import Hummingbird

/// One route of the HTTP interface. A file of its own holds path, method, access and work; `HTTPAccess` lists it once, and
/// dispatch, the access check and the scope matrix derive from that list.
package protocol HTTPEndpoint: Sendable {
    /// Canonical, as `CanonicalPath` gives it.
    static var path: String { get }
    /// Whether paths below `path` are its own, too.
    static var ownsSubpaths: Bool { get }
    static var method: HTTPRequest.Method { get }
    static var access: MethodAccess { get }
    /// The most bytes of a body.
    var bodyLimit: Int { get }

    /// Whether the configuration turns it on; a route that is off does not exist.
    var isEnabled: Bool { get }

    /// Answers a caller who may call. Throws `HTTPProblem` or `ClawError`.
    func respond(to call: HTTPCall) async throws -> Response
}

extension HTTPEndpoint {
    package static var ownsSubpaths: Bool { false }
    package var bodyLimit: Int { 1 << 20 }
    package var isEnabled: Bool { true }
}

/// A request that was let in, with its body.
package struct HTTPCall: Sendable {
    /// Canonical.
    package var path: String
    package var headers: HTTPFields
    package var body: [UInt8]
    package var caller: HTTPCaller

    package func header(_ name: String) -> String? {
        guard let field = HTTPField.Name(name), let value = headers[field], !value.isEmpty else { return nil }
        return value
    }

    /// The body as a JSON object; an empty body counts as one without members. Throws `HTTPProblem`.
    package func object() throws(HTTPProblem) -> JSONObject {
        if body.isEmpty { return [:] }
        let value: JSONValue
        do {
            value = try JSONParser.parse(body)
        } catch {
            throw HTTPProblem(400, "The body is not JSON: \(error)")
        }
        guard let object = value.objectValue else { throw HTTPProblem(400, "The body must be a JSON object.") }
        return object
    }
}

/// Every route of the HTTP interface with what a caller needs: the rows for HTTP of the one scope table.
package struct HTTPAccess: Sendable {
    package let endpoints: [any HTTPEndpoint]

    package init(_ endpoints: [any HTTPEndpoint] = []) { self.endpoints = endpoints }

    /// The route of a canonical path; nil when there is none, or none that is turned on.
    package func endpoint(_ path: String) -> (any HTTPEndpoint)? {
        endpoints.first { endpoint in
            let own = type(of: endpoint).path
            return endpoint.isEnabled
                && (own == path || type(of: endpoint).ownsSubpaths && path.hasPrefix(own + "/"))
        }
    }

    /// All routes with their method and access, for documentation and conformance tests.
    package var rows: [(path: String, method: String, access: MethodAccess)] {
        endpoints.map { (type(of: $0).path, type(of: $0).method.rawValue, type(of: $0).access) }
    }
}
