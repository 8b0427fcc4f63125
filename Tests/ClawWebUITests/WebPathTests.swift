import Testing

@testable import ClawWebUI

@Suite struct WebPathTests {
    @Test(arguments: [
        ("/", []),
        ("", []),
        ("/index.html", []),
        ("/favicon.svg", ["favicon.svg"]),
        ("/assets/app.js", ["assets", "app.js"]),
        ("/chat/deep/assets/app.js", ["assets", "app.js"]),
        ("/assets/assets/x.css", ["assets", "x.css"]),
        ("/assets", ["assets"]),
        ("/a%20b/%C3%A9", ["a b", "é"]),
        ("//chat//", ["chat"]),
    ])
    func aPathInsideTheRoot(path: String, components: [String]) {
        #expect(WebPath(path) == .file(components))
    }

    @Test(arguments: [
        "/../etc/passwd", "/assets/../../x", "/%2e%2e/x", "/..%2fx", "/.git/config", "/a/.hidden", "/a%00b", "/a%5Cb",
        "/a\\b",
        "/%", "/%4", "/%zz", "/%ff", "/./x", "/assets/%2E%2E/%2e%2e/etc/passwd",
    ])
    func aPathThatCouldLeaveTheRootIsRefused(path: String) {
        #expect(WebPath(path) == .refused)
    }

    @Test func anEscapeIsDecodedOnce() {
        #expect(WebPath("/%252e%252e/x") == .file(["%2e%2e", "x"]))
    }

    @Test(arguments: [("app.JS", "js"), ("a.b.css", "css"), ("README", ""), ("x.", "")])
    func theEndingOfAName(name: String, ending: String) {
        #expect(WebPath.fileExtension(of: name) == ending)
    }
}
