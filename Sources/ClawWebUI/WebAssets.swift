import Synchronization

/// Finds the built web page and answers requests for its files.
///
/// Nothing is opened before the first request, what was read once is held while it does not change, and a page that is built
/// later is found without a restart. The places, in this order: an explicit directory (when one is given, only that), the section that a release build carries in its
/// executable, `../share/openclaw/control-ui` beside the executable, and `web/dist/control-ui` of the source folder whose
/// `.build` folder holds the executable.
package final class WebAssets: Sendable {
    /// Sent with every answer of the page, errors included. The page has no inline script and no inline style, loads
    /// nothing from elsewhere, and cannot be framed; its WebSocket is the one of its own origin.
    package static let securityHeaders: [WebAssetHeader] = [
        WebAssetHeader("X-Frame-Options", "DENY"),
        WebAssetHeader("X-Content-Type-Options", "nosniff"),
        WebAssetHeader("Referrer-Policy", "no-referrer"),
        WebAssetHeader(
            "Content-Security-Policy",
            """
            default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'none'; \
            script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self' ws: wss:
            """),
    ]

    private let explicit: String?
    private let image: String
    private let folders: [String]
    private let source = Mutex<AssetSource?>(nil)
    private let cache = AssetCache()

    private init(explicit: String?, image: String, folders: [String]) {
        self.explicit = explicit
        self.image = image
        self.folders = folders
    }

    /// - Parameters:
    ///   - explicit: a directory from the configuration (`gateway.controlUi.root`) or the command line.
    ///   - executable: the path of the running program.
    package static func locate(explicit: String?, executable: String) -> WebAssets {
        let program = resolvedPath(executable) ?? executable
        let folder = program.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        var folders = ["\(folder.joined(separator: "/"))/../share/openclaw/control-ui"]
        if let build = folder.lastIndex(where: { $0.hasPrefix(".build") }) {
            folders.append("\(folder[..<build].joined(separator: "/"))/web/dist/control-ui")
        }
        // The file behind /proc/self/exe stays the running one when an update replaces the executable.
        let isSelf = resolvedPath("/proc/self/exe") == program
        return WebAssets(explicit: explicit, image: isSelf ? "/proc/self/exe" : program, folders: folders)
    }

    /// Answers a request for the page, or nil when the page does not handle it: another method than GET and HEAD, a path
    /// outside `basePath`, and, without a base path, `/api` and `/plugins`.
    ///
    /// - Parameters:
    ///   - target: the request target as it came, with its query.
    ///   - basePath: empty, or a path that starts with `/` and does not end with one.
    ///   - ifNoneMatch: the header of that name; a match is answered with 304.
    package func answer(
        method: String, target: String, basePath: String = "", ifNoneMatch: String? = nil
    ) -> WebAssetResponse? {
        guard method == "GET" || method == "HEAD" else { return nil }
        let query = target.firstIndex(of: "?")
        let path = target[..<(query ?? target.endIndex)]
        if basePath.isEmpty {
            let first = path.dropFirst().prefix { $0 != "/" }
            if first == "api" || first == "plugins" { return nil }
            if first == "ui" { return .notFound }
            return response(forPath: String(path), ifNoneMatch: ifNoneMatch)
        }
        if path == basePath { return .redirect(to: "\(basePath)/\(target[path.endIndex...])") }
        guard path.hasPrefix("\(basePath)/") else { return nil }
        return response(forPath: String(path.dropFirst(basePath.count)), ifNoneMatch: ifNoneMatch)
    }

    /// The answer for a path below the base path: a file, the page for a place in it, 404 for a missing file and for a path
    /// that leaves the root, 503 with the fix when no page is built.
    package func response(forPath path: String, ifNoneMatch: String? = nil) -> WebAssetResponse {
        guard case .file(let components) = WebPath(path) else { return .notFound }
        guard let source = currentSource() else { return missing() }
        if let name = components.last {
            if let asset = source.asset(components, cache) { return answer(asset, name: name, ifNoneMatch) }
            if WebPath.fileExtensions.contains(WebPath.fileExtension(of: name)) { return .notFound }
        }
        guard let page = source.asset(["index.html"], cache) else {
            self.source.withLock { $0 = nil }
            return missing()
        }
        return answer(page, name: "index.html", ifNoneMatch)
    }

    private func answer(_ asset: AssetSource.Asset, name: String, _ ifNoneMatch: String?) -> WebAssetResponse {
        let caching = [WebAssetHeader("Cache-Control", "no-cache"), WebAssetHeader("ETag", asset.entityTag)]
        if let ifNoneMatch, ifNoneMatch == "*" || ifNoneMatch.contains(asset.entityTag) {
            return WebAssetResponse(status: 304, contentType: "", body: [], more: caching)
        }
        let type = WebAssetResponse.contentType(ofFile: name)
        return WebAssetResponse(status: 200, contentType: type, body: asset.content, more: caching)
    }

    private func currentSource() -> AssetSource? {
        source.withLock { source in
            if source == nil { source = find() }
            return source
        }
    }

    private func find() -> AssetSource? {
        if let explicit { return AssetSource.folder(explicit) }
        if let section = AssetSource.section(ofImage: image) { return section }
        return folders.lazy.compactMap(AssetSource.folder).first
    }

    private func missing() -> WebAssetResponse {
        if let explicit {
            return .plain(
                503,
                "The chat page is missing: \(explicit) holds no index.html. Correct gateway.controlUi.root or remove it."
            )
        }
        return .plain(
            503,
            """
            The chat page is not built. Run scripts/web/build.sh in the source folder, or let gateway.controlUi.root name \
            a folder with a built page.
            """)
    }
}
