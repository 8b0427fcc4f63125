import ClawProtocol
package import ClawSupport
package import ClawWebUI
import HTTPTypes
import Hummingbird
import NIOCore

/// Headers that every answer carries (attacks S56).
enum SecurityHeaders {
    static let plain = [
        WebAssetHeader("X-Frame-Options", "DENY"), WebAssetHeader("X-Content-Type-Options", "nosniff"),
        WebAssetHeader("Referrer-Policy", "no-referrer"),
        WebAssetHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ]

    /// Adds the headers that are not there yet.
    static func add(to response: inout Response, transportSecurity: String?) {
        for header in plain {
            guard let name = HTTPField.Name(header.name), response.headers[name] == nil else { continue }
            response.headers[name] = header.value
        }
        if let transportSecurity { response.headers[.strictTransportSecurity] = transportSecurity }
    }
}

/// What the port answers to plain HTTP: the probes, the interface for programs, then the page (gateway-http §1).
package struct HTTPRoutes: Sendable {
    /// Answers for the page: method, request target and `If-None-Match`; nil when the page does not handle it.
    package typealias Page = @Sendable (String, String, String?) async throws -> WebAssetResponse?

    /// What the routes stand on besides the page.
    package struct Interface: Sendable {
        package var access: HTTPAccess
        package var caller: HTTPGuard
        package var settings: Live<AccessSettings>
        package var time: any TimeSource
        /// Why no new work is taken; nil when the Gateway is ready.
        package var unreadiness: @Sendable () -> String?
        /// The value of `Strict-Transport-Security`; nil for none.
        package var transportSecurity: @Sendable () -> String?
        package var metrics: GatewayMetrics

        package init(
            access: HTTPAccess, caller: HTTPGuard, settings: Live<AccessSettings>, time: any TimeSource,
            metrics: GatewayMetrics, unreadiness: @escaping @Sendable () -> String? = { nil },
            transportSecurity: @escaping @Sendable () -> String? = { nil }
        ) {
            self.access = access
            self.caller = caller
            self.settings = settings
            self.time = time
            self.metrics = metrics
            self.unreadiness = unreadiness
            self.transportSecurity = transportSecurity
        }
    }

    /// How long a body may take to arrive.
    static let bodyDeadline = Duration.seconds(30)

    private let page: Page?
    private let interface: Interface
    private let metrics: HTTPMetrics

    package init(page: Page?, interface: Interface) {
        self.page = page
        self.interface = interface
        metrics = HTTPMetrics(paths: interface.access.rows.map(\.path), interface.metrics)
    }

    /// Never throws: what goes wrong is an answer.
    ///
    /// - Parameter admitted: called when the caller has proved who he is.
    func respond(to request: Request, peer: IPAddress?, admitted: () -> Void) async -> Response {
        let start = metrics.now
        var route = HTTPMetrics.Route.none
        var response: Response
        do {
            response = try await answer(request, peer: peer, &route, admitted)
        } catch {
            let problem = HTTPProblem(any: error)
            if problem.isRefusal { interface.metrics.refused(over: .http, problem.type) }
            response = .problem(problem)
        }
        // Bytes of a body that nobody took would have to be read before the next request.
        if response.headers[.connection] == nil, Self.hasBody(request), !Self.isTaken(response) {
            response.headers[.connection] = "close"
        }
        SecurityHeaders.add(to: &response, transportSecurity: interface.transportSecurity())
        metrics.note(route, status: response.status.code, since: start)
        return response
    }

    private func answer(
        _ request: Request, peer: IPAddress?, _ route: inout HTTPMetrics.Route, _ admitted: () -> Void
    ) async throws -> Response {
        guard let path = CanonicalPath.of(request.head.path ?? "/") else {
            return .text(400, Array("Bad Request".utf8))
        }
        if let probe = Probe(path: path) {
            route = .probe
            return probe.answer(request.method, interface.unreadiness())
        }
        if let endpoint = interface.access.endpoint(path) {
            route = .endpoint(type(of: endpoint).path)
            return try await call(endpoint, path: path, request, peer: peer, admitted)
        }
        if let asset = try await page?(
            request.method.rawValue, request.head.path ?? "/", request.headers[.ifNoneMatch])
        {
            route = .page
            return Self.response(asset, isHead: request.method == .head)
        }
        return .text(404, Array("Not Found".utf8), isHead: request.method == .head)
    }

    private func call(
        _ endpoint: any HTTPEndpoint, path: String, _ request: Request, peer: IPAddress?, _ admitted: () -> Void
    ) async throws -> Response {
        let kind = type(of: endpoint)
        // Who may GET may ask for the head alone.
        let isHead = kind.method == .get && request.method == .head
        if request.method != kind.method, !isHead {
            throw HTTPProblem.methodNotAllowed(kind.method == .get ? "GET, HEAD" : kind.method.rawValue)
        }
        let settings = interface.settings.value
        var headers = ClientHeaders(request.headers.map { (name: $0.name.rawName, value: $0.value) })
        headers.host = headers.host ?? request.head.authority
        let remote = RemoteAddress(peer: peer, headers: headers, settings: settings)
        try Self.refuseForeignPages(request, remote, OriginPolicy(settings: settings))
        let caller = try interface.caller.admit(
            authorization: request.headers[.authorization], remote: remote, access: kind.access)
        if kind.access != .anyone { admitted() }
        let body = try await RequestBodyReader.read(
            request, limit: endpoint.bodyLimit, deadline: Self.bodyDeadline, time: interface.time)
        var response = try await endpoint.respond(
            to: HTTPCall(path: path, headers: request.headers, body: body, caller: caller))
        if response.headers[.connection] == nil { response.headers[.connection] = "keep-alive" }
        if isHead { response.body = ResponseBody() }
        return response
    }

    /// A page of another site may not make a browser call here, whatever it sends along (attacks S43).
    private static func refuseForeignPages(
        _ request: Request, _ remote: RemoteAddress, _ policy: OriginPolicy
    ) throws(HTTPProblem) {
        let site = HTTPField.Name("Sec-Fetch-Site").flatMap { request.headers[$0] }
        let isForeign = site == "cross-site" || remote.origin != nil && !policy.allowsOrigin(of: remote)
        if isForeign {
            throw HTTPProblem(
                403, "Pages of that origin may not call. Add it to gateway.controlUi.allowedOrigins to allow them.",
                type: "permission_error")
        }
    }

    private static func hasBody(_ request: Request) -> Bool {
        request.headers[.transferEncoding] != nil || request.headers[.contentLength].map { $0 != "0" } ?? false
    }

    /// Whether the body was read: endpoints say so by keeping the connection.
    private static func isTaken(_ response: Response) -> Bool { response.headers[.connection] == "keep-alive" }

    private static func response(_ asset: WebAssetResponse, isHead: Bool) -> Response {
        var fields = HTTPFields()
        for header in asset.headers {
            if let name = HTTPField.Name(header.name) { fields.append(HTTPField(name: name, value: header.value)) }
        }
        if asset.status != 304 { fields[.contentLength] = String(asset.body.count) }
        let isShown = !isHead && !asset.body.isEmpty
        return Response(
            status: HTTPResponse.Status(code: asset.status), headers: fields,
            body: isShown ? ResponseBody(byteBuffer: ByteBuffer(bytes: asset.body)) : ResponseBody())
    }
}

/// Whether the process lives, and whether it takes work (gateway-http §10); for supervisors, without a secret.
enum Probe {
    case live
    case ready

    init?(path: String) {
        switch path {
        case "/health", "/healthz": self = .live
        case "/ready", "/readyz": self = .ready
        default: return nil
        }
    }

    func answer(_ method: HTTPRequest.Method, _ unreadiness: String?) -> Response {
        guard method == .get || method == .head else { return .problem(.methodNotAllowed("GET, HEAD")) }
        switch self {
        case .live: return .json(200, ["ok": true, "status": "live"], isHead: method == .head)
        case .ready:
            guard let unreadiness else { return .json(200, ["ok": true, "status": "ready"], isHead: method == .head) }
            return .json(503, ["ok": false, "status": .string(unreadiness)], isHead: method == .head)
        }
    }
}
