package import ClawWebUI
import HTTPTypes
package import Hummingbird
import NIOCore

/// Headers that every answer carries (attacks S56).
enum SecurityHeaders {
    static let plain = [
        WebAssetHeader("X-Frame-Options", "DENY"), WebAssetHeader("X-Content-Type-Options", "nosniff"),
        WebAssetHeader("Referrer-Policy", "no-referrer"),
        WebAssetHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ]

    /// Adds the headers that are not there yet.
    static func add(to response: inout Response) {
        for header in plain {
            guard let name = HTTPField.Name(header.name), response.headers[name] == nil else { continue }
            response.headers[name] = header.value
        }
    }
}

/// What the port answers to plain HTTP: the liveness check, the routes of the router, then the page.
package struct HTTPRoutes: Sendable {
    /// Answers for the page: method, request target and `If-None-Match`; nil when the page does not handle it.
    package typealias Page = @Sendable (String, String, String?) -> WebAssetResponse?

    private let router: any HTTPResponder<BasicRequestContext>
    private let page: Page?

    /// - Parameter addRoutes: adds further routes; it is called once.
    package init(page: Page?, addRoutes: (Router<BasicRequestContext>) -> Void = { _ in }) {
        let router = Router(context: BasicRequestContext.self)
        addRoutes(router)
        self.router = router.buildResponder()
        self.page = page
    }

    func respond(to request: Request, _ context: BasicRequestContext) async throws -> Response {
        var response = try await answer(request, context)
        SecurityHeaders.add(to: &response)
        return response
    }

    private func answer(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let isRead = request.method == .get || request.method == .head
        if isRead, request.uri.path == "/health" {
            return Self.response(
                200, [WebAssetHeader("Content-Type", "application/json; charset=utf-8")],
                Array(#"{"ok":true,"status":"live"}"#.utf8), request.method)
        }
        let response = try await router.respond(to: request, context: context)
        // The router itself answers a path without a route, with an empty 404; the page comes before that answer.
        guard response.status == .notFound, response.body.contentLength == 0 else { return response }
        if let asset = page?(request.method.rawValue, request.head.path ?? "/", request.headers[.ifNoneMatch]) {
            return Self.response(asset.status, asset.headers, asset.body, request.method)
        }
        return Self.response(
            404, [WebAssetHeader("Content-Type", "text/plain; charset=utf-8")], Array("Not found.\n".utf8),
            request.method)
    }

    private static func response(
        _ status: Int, _ headers: [WebAssetHeader], _ body: [UInt8], _ method: HTTPRequest.Method
    ) -> Response {
        var fields = HTTPFields()
        for header in headers {
            if let name = HTTPField.Name(header.name) { fields.append(HTTPField(name: name, value: header.value)) }
        }
        if status != 304 { fields[.contentLength] = String(body.count) }
        let isShown = method != .head && !body.isEmpty
        return Response(
            status: HTTPResponse.Status(code: status), headers: fields,
            body: isShown ? ResponseBody(byteBuffer: ByteBuffer(bytes: body)) : ResponseBody())
    }
}
