/// One header of an answer.
package struct WebAssetHeader: Sendable, Hashable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A whole HTTP answer of the page's files, security headers included.
package struct WebAssetResponse: Sendable, Hashable {
    package var status: Int
    /// Also one of `headers`; empty when there is no body.
    package var contentType: String
    /// All headers but `Content-Length`.
    package var headers: [WebAssetHeader]
    /// The content. For HEAD the caller sends its length and not the content.
    package var body: [UInt8]

    init(status: Int, contentType: String, body: [UInt8], more: [WebAssetHeader] = []) {
        self.status = status
        self.contentType = contentType
        self.body = body
        headers =
            (contentType.isEmpty ? [] : [WebAssetHeader("Content-Type", contentType)]) + more
            + WebAssets.securityHeaders
    }

    static func plain(_ status: Int, _ text: String) -> WebAssetResponse {
        WebAssetResponse(
            status: status, contentType: "text/plain; charset=utf-8", body: Array("\(text)\n".utf8),
            more: [WebAssetHeader("Cache-Control", "no-store")])
    }

    static let notFound = plain(404, "Not found.")

    static func redirect(to target: String) -> WebAssetResponse {
        WebAssetResponse(status: 302, contentType: "", body: [], more: [WebAssetHeader("Location", target)])
    }

    /// The media type of a file by the end of its name.
    static func contentType(ofFile name: String) -> String {
        switch WebPath.fileExtension(of: name) {
        case "html": "text/html; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "json", "map": "application/json; charset=utf-8"
        case "txt": "text/plain; charset=utf-8"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "jpg", "jpeg": "image/jpeg"
        case "gif": "image/gif"
        case "webp": "image/webp"
        case "ico": "image/x-icon"
        case "woff2": "font/woff2"
        default: "application/octet-stream"
        }
    }
}
