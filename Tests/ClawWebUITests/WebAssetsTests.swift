import ClawSupport
import ClawTestKit
import FoundationEssentials
import Testing

@testable import ClawWebUI

@Suite struct WebAssetsTests {
    private let directory: TemporaryDirectory
    private let assets: WebAssets

    init() throws {
        directory = try TemporaryDirectory("web")
        try directory.write("<title>Page</title>", to: "site/index.html")
        try directory.write("run()", to: "site/assets/app.js")
        try directory.write("<svg/>", to: "site/favicon.svg")
        try directory.write("secret", to: "outside.txt")
        assets = WebAssets.locate(explicit: "\(directory.path)/site", executable: "/nowhere/openclaw")
    }

    private func text(_ response: WebAssetResponse) -> String { String(decoding: response.body, as: UTF8.self) }

    @Test func aFileHasItsTypeATagAndTheSecurityHeaders() {
        let tag = "\"\(sha256Hex(Array("run()".utf8)).prefix(32))\""
        let response = assets.response(forPath: "/assets/app.js")
        #expect(response.status == 200)
        #expect(response.contentType == "text/javascript; charset=utf-8")
        #expect(
            response.headers
                == [
                    WebAssetHeader("Content-Type", "text/javascript; charset=utf-8"),
                    WebAssetHeader("Cache-Control", "no-cache"), WebAssetHeader("ETag", tag),
                ] + WebAssets.securityHeaders)
        #expect(text(response) == "run()")

        let unchanged = assets.response(forPath: "/assets/app.js", ifNoneMatch: "\"other\", \(tag)")
        #expect(unchanged.status == 304)
        #expect(unchanged.body.isEmpty)
        #expect(unchanged.headers.contains(WebAssetHeader("ETag", tag)))
        #expect(!unchanged.headers.contains { $0.name == "Content-Type" })
    }

    @Test(arguments: ["/", "", "/index.html", "/chat", "/chat/agent:main:main", "/some/place", "/v1.2"])
    func aPlaceInThePageIsThePage(path: String) {
        let response = assets.response(forPath: path)
        #expect(response.status == 200)
        #expect(response.contentType == "text/html; charset=utf-8")
        #expect(text(response) == "<title>Page</title>")
    }

    @Test(arguments: [
        "/missing.js", "/assets/missing.css", "/robots.txt", "/x.json", "/x.MAP", "/../outside.txt",
        "/%2e%2e/outside.txt",
        "/assets/..%2f..%2foutside.txt",
    ])
    func aMissingFileAndAPathOutsideAreNotFound(path: String) {
        #expect(assets.response(forPath: path) == .notFound)
    }

    @Test func aSymbolicLinkIsNotFollowed() throws {
        let files = FileManager.default
        try files.createSymbolicLink(
            atPath: "\(directory.path)/site/link.txt", withDestinationPath: "\(directory.path)/outside.txt")
        try files.createSymbolicLink(atPath: "\(directory.path)/site/up", withDestinationPath: directory.path)
        #expect(assets.response(forPath: "/link.txt") == .notFound)
        #expect(assets.response(forPath: "/up/outside.txt") == .notFound)
    }

    @Test func aDirectoryIsNotAFile() {
        #expect(text(assets.response(forPath: "/assets")) == "<title>Page</title>")
    }

    @Test func withNoPageTheAnswerNamesTheFixAndALaterBuildIsFound() throws {
        let late = WebAssets.locate(explicit: nil, executable: "\(directory.path)/.build/debug/openclaw")
        let missing = late.response(forPath: "/")
        #expect(missing.status == 503)
        #expect(missing.contentType == "text/plain; charset=utf-8")
        #expect(text(missing).contains("Run scripts/web/build.sh"))
        #expect(missing.headers.suffix(WebAssets.securityHeaders.count) == WebAssets.securityHeaders[...])

        try directory.write("built", to: "web/dist/control-ui/index.html")
        #expect(text(late.response(forPath: "/")) == "built")
        try FileManager.default.removeItem(atPath: "\(directory.path)/web")
        #expect(late.response(forPath: "/").status == 503)
    }

    @Test func aWrongExplicitDirectoryIsNamedAndNothingElseIsServed() throws {
        try directory.write("built", to: "web/dist/control-ui/index.html")
        let wrong = WebAssets.locate(
            explicit: "\(directory.path)/no-such", executable: "\(directory.path)/.build/debug/openclaw")
        let response = wrong.response(forPath: "/")
        #expect(response.status == 503)
        #expect(
            text(response)
                == "The chat page is missing: \(directory.path)/no-such holds no index.html. "
                + "Correct gateway.controlUi.root or remove it.\n")
    }

    @Test func theShareFolderComesBeforeTheBuildFolder() throws {
        let program = "\(directory.path)/.build/bin/openclaw"
        try directory.write("built", to: "web/dist/control-ui/index.html")
        try directory.write("", to: ".build/bin/openclaw")
        #expect(text(WebAssets.locate(explicit: nil, executable: program).response(forPath: "/")) == "built")
        try directory.write("shared", to: ".build/share/openclaw/control-ui/index.html")
        #expect(text(WebAssets.locate(explicit: nil, executable: program).response(forPath: "/")) == "shared")
    }

    @Test func requestsThatThePageDoesNotHandle() {
        #expect(assets.answer(method: "POST", target: "/") == nil)
        #expect(assets.answer(method: "GET", target: "/api/channels?x=1") == nil)
        #expect(assets.answer(method: "GET", target: "/plugins") == nil)
        #expect(assets.answer(method: "GET", target: "/ui/x") == .notFound)
        #expect(assets.answer(method: "GET", target: "/ui?x") == .notFound)
        #expect(assets.answer(method: "HEAD", target: "/chat?session=a")?.status == 200)
        #expect(assets.answer(method: "GET", target: "/uix")?.status == 200)
    }

    @Test func aBasePathMovesThePage() {
        #expect(
            assets.answer(method: "GET", target: "/claw?token=x", basePath: "/claw") == .redirect(to: "/claw/?token=x"))
        #expect(assets.answer(method: "GET", target: "/claw/", basePath: "/claw")?.status == 200)
        #expect(assets.answer(method: "GET", target: "/claw/api", basePath: "/claw")?.status == 200)
        #expect(assets.answer(method: "GET", target: "/clawed/", basePath: "/claw") == nil)
        #expect(assets.answer(method: "GET", target: "/", basePath: "/claw") == nil)
        let script = assets.answer(method: "GET", target: "/claw/chat/assets/app.js?v=1", basePath: "/claw")
        #expect(script.map(text) == "run()")
    }

    /// S54: names reach the page as JSON only; what it is made of holds no script that a name could break out of.
    @Test func s54_thePageHasNoScriptOfItsOwn() throws {
        var folder = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        while !FileManager.default.fileExists(atPath: folder.joined(separator: "/") + "/Package.swift") {
            folder.removeLast()
        }
        let path = folder.joined(separator: "/") + "/web/control-ui/index.html"
        let bytes = try #require(FileManager.default.contents(atPath: path))
        let page = String(decoding: bytes, as: UTF8.self)
        for piece in page.split(separator: "<script").dropFirst() {
            let tag = piece.prefix { $0 != ">" }
            #expect(tag.contains("src=\"./"), "\(tag)")
            #expect(piece.dropFirst(tag.count).hasPrefix("></script>"), "\(piece)")
        }
        for word in [" onload=", " onerror=", " onclick=", "javascript:", "srcdoc"] { #expect(!page.contains(word)) }
        #expect(page.contains("<script"))
    }

    @Test func s54_scriptsComeOnlyFromThisOrigin() throws {
        let policy = try #require(WebAssets.securityHeaders.first { $0.name == "Content-Security-Policy" }).value
        #expect(policy.contains("script-src 'self';"))
        #expect(policy.contains("frame-ancestors 'none';"))
        #expect(!policy.contains("unsafe-"))
        #expect(!policy.contains("http"))
    }
}
