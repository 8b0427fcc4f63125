import ClawClient
import ClawProtocol
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import FoundationEssentials
import NIOCore
import NIOPosix
import Testing

/// What the page is made of when it is served (attacks S54).
@Suite(.timeLimit(.minutes(10))) struct PageSafetyTests {
    private static let evil = #"</script><script>owned()</script><img src=x onerror=owned()>"#

    /// A folder with the page as it is written, whether or not it is built.
    private func page() throws -> (folder: TemporaryDirectory, html: String) {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(4).joined(separator: "/")
        let bytes = try #require(FileManager.default.contents(atPath: "\(root)/web/control-ui/index.html"))
        let (folder, html) = (try TemporaryDirectory("page"), String(decoding: bytes, as: UTF8.self))
        try folder.write(html, to: "index.html")
        try folder.write("run()", to: "assets/app.js")
        return (folder, html)
    }

    /// A name that would close a script reaches a client as JSON alone: no answer over HTTP holds it, the page is the same byte
    /// for byte whatever agents are called, and its policy lets no inline script run.
    @Test func s54_namesReachThePageAsJSONOnly() async throws {
        let (folder, html) = try page()
        let configuration: JSONObject = [
            "gateway": ["controlUi": ["root": .string(folder.path)]],
            "ui": ["assistant": ["name": .string(Self.evil), "avatar": .string(Self.evil)]],
            "agents": [
                "list": [
                    [
                        "id": "main", "name": .string(Self.evil),
                        "identity": ["name": .string(Self.evil), "emoji": .string(Self.evil)],
                    ]
                ]
            ],
        ]
        try await InProcessGateway.run(configuration) { gateway in
            try await gateway.withClient { client in
                let agents = try await client.request("agents.list", [:])["agents"]?.arrayValue
                #expect(agents?.first?["name"]?.stringValue == Self.evil)
                let identity = try await client.request("agent.identity.get", ["agentId": "main"])
                // Names are cut to their length, and not otherwise.
                #expect(identity["name"]?.stringValue.map { Self.evil.hasPrefix($0) && $0.count > 40 } == true)
            }
            for path in [
                "/", "/index.html", "/chat", "/chat?session=main", "/assets/app.js", "/favicon.svg", "/nothing.js",
                "/health",
                "/__openclaw/control-ui-config.json", "/avatar/main",
            ] {
                let answer = try await Self.answer(gateway.port, path)
                #expect(!answer.contains("owned"), "\(path)")
                #expect(!answer.contains("\r\nSet-Cookie"), "\(path)")
                guard answer.contains("text/html") else { continue }
                #expect(answer.hasSuffix("\r\n\r\n" + html), "\(path)")
                let policy = try #require(Self.header("Content-Security-Policy", in: answer))
                let scripts = policy.split(separator: ";").map { $0.split(separator: " ").map(String.init) }
                #expect(scripts.contains(["script-src", "'self'"]), "\(policy)")
                #expect(scripts.contains(["default-src", "'self'"]) && !policy.contains("unsafe"), "\(policy)")
                #expect(scripts.contains(["object-src", "'none'"]) && scripts.contains(["base-uri", "'none'"]))
            }
            #expect(try await Self.answer(gateway.port, "/").hasPrefix("HTTP/1.1 200"))
            #expect(try await Self.answer(gateway.port, "/assets/app.js").hasSuffix("run()"))
        }
    }

    private static func header(_ name: String, in answer: String) -> String? {
        answer.split(separator: "\r\n").first { $0.hasPrefix("\(name): ") }.map { String($0.dropFirst(name.count + 2)) }
    }

    /// Head and body.
    private static func answer(_ port: Int, _ path: String) async throws -> String {
        let answer = try await PlainHTTP.ask(port, "GET \(path)", [])
        return "\(answer.head)\r\n\r\n\(answer.body)"
    }
}
