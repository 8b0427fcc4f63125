import ClawAgent
import ClawCore
import ClawGateway
import ClawProtocol
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

/// `GET /metrics` of a server whose clock stands still.
@Suite(.timeLimit(.minutes(10))) struct MetricsTests {
    private static let bearer = "Authorization: Bearer \(TestGateway.token)"

    /// A server with the route, whose figures of process and journal are made up.
    private func options(_ metrics: GatewayMetrics, _ time: ManualTimeSource) -> TestGateway.Options {
        var options = TestGateway.Options()
        options.time = time
        options.metrics = metrics
        options.makeEndpoints = { hub, sockets in
            let sources = GatewayGauges.Sources(
                version: "1.2.3 \"x\"", hub: hub, sockets: { sockets.counts },
                turns: { 2 }, isDraining: { false },
                openWork: { [OpenWork(kind: .inbound, claimed: 1, waiting: 2), OpenWork(kind: .delivery)] },
                process: {
                    ProcessFigures(cpu: 1.25, residentMemory: 20_480_000, openFiles: 31, fileLimit: 65_536)
                })
            return [MetricsEndpoint(metrics: metrics, gauges: GatewayGauges(sources, time: time))]
        }
        return options
    }

    private func ask(
        _ gateway: TestGateway, _ first: String, _ headers: [String] = [bearer]
    ) async throws -> (head: String, body: String) {
        let answer = try await RawSocket.open(gateway.port) { socket in
            let lines = ["\(first) HTTP/1.1", "Host: localhost"] + headers + ["Connection: close"]
            try await socket.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
            return try await socket.rest()
        }
        let end = try #require(answer.firstRange(of: "\r\n\r\n"))
        return (String(answer[..<end.lowerBound]), String(answer[end.upperBound...]))
    }

    @Test func theWholeText() async throws {
        let time = ManualTimeSource()
        let metrics = GatewayMetrics(time: time)
        try await TestGateway.run(options(metrics, time)) { gateway in
            try await requests(gateway)
            try await models(metrics, time)
            turns(TurnMetrics(metrics))
            time.advance(by: .milliseconds(1500))
            for path in ["/health", "/nothing", "/%zz"] { _ = try await ask(gateway, "GET \(path)") }
            _ = try await ask(gateway, "GET /metrics", [])
            _ = try await ask(gateway, "POST /metrics")
            _ = try await ask(gateway, "GET /metrics", [Self.bearer, "Origin: http://evil.example"])
            // A client that stays.
            try await RawSocket.gateway(gateway.port) { socket, _ in
                _ = try await socket.connect(.test(scopes: ["operator.read"]))
                expectGolden(try await ask(gateway, "GET /metrics").body, "metrics.txt")
            }
        }
    }

    /// Calls that succeed, are refused, do not exist, and a client that is not let in.
    private func requests(_ gateway: TestGateway) async throws {
        try await RawSocket.gateway(gateway.port) { socket, _ in
            _ = try await socket.connect(.test(scopes: ["operator.read"]))
            for method in ["health", "health", "system-presence", "device.pair.list", "no.such", "none.either"] {
                _ = try await socket.call(method)
            }
        }
        try await RawSocket.gateway(gateway.port) { socket, _ in
            _ = try await socket.connect(.test(token: "wrong"))
        }
    }

    private func models(_ metrics: GatewayMetrics, _ time: ManualTimeSource) async throws {
        let script: [[ScriptedModel.Step]] = [
            [.act { time.advance(by: .seconds(3)) }] + .answer("Hello"), .failure(.rateLimit),
            .answer("Again", usage: TokenUsage(input: 1, output: 2, cacheRead: 3, cacheWrite: 4)),
        ]
        let model = ScriptedModel(time: time, script)
        let catalog = ModelCatalog([model]).through { MeasuredProvider($0, metrics) }
        let found = try catalog.resolve(ModelReference(provider: "scripted", model: "one"))
        for _ in script {
            let request = ModelRequest(model: found.model, system: "", messages: [], tools: [])
            // The second one fails, which is what is counted.
            try? await found.provider.respond(to: request) { _ in }
        }
    }

    private func turns(_ sink: TurnMetrics) {
        let bodies: [RunEvent.Body] = [
            .started, .text(full: "a", delta: "a"), .finished(message: nil, text: ""), .failed(message: "x"),
            .aborted(reason: .rpc, partialText: ""), .aborted(reason: .timeout, partialText: ""),
        ]
        for body in bodies {
            sink.publish(
                RunEvent(
                    run: RunID("r"), session: SessionKey(canonical: "agent:main:main"), sequence: 1, timestamp: 0,
                    body: body))
        }
    }

    @Test func s53_onlyWhoMayReadMayLook() async throws {
        let time = ManualTimeSource()
        try await TestGateway.run(options(GatewayMetrics(time: time), time)) { gateway in
            let open = try await ask(gateway, "GET /metrics")
            #expect(open.head.hasPrefix("HTTP/1.1 200 "))
            #expect(open.head.contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
            #expect(open.head.contains("\r\nCache-Control: no-store\r\n"))
            #expect(open.head.contains("\r\nContent-Length: \(open.body.utf8.count)\r\n"))
            let elsewhere = try await ask(gateway, "GET /metrics", [Self.bearer, "X-Forwarded-For: 203.0.113.7"])
            #expect(elsewhere.head.hasPrefix("HTTP/1.1 200 "))
            let head = try await ask(gateway, "HEAD /metrics")
            #expect(head.head.hasPrefix("HTTP/1.1 200 ") && head.body == "")
            #expect(head.head.contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
            for header in [[], ["Authorization: Bearer wrong"]] {
                for method in ["GET", "HEAD"] {
                    let answer = try await ask(gateway, "\(method) /metrics", header)
                    #expect(answer.head.hasPrefix("HTTP/1.1 401 "))
                    #expect(!answer.body.contains("openclaw_"))
                }
            }
            let post = try await ask(gateway, "POST /metrics")
            #expect(post.head.hasPrefix("HTTP/1.1 405 ") && post.head.contains("\r\nAllow: GET, HEAD\r\n"))
        }
    }

    /// Names that clients make up do not become series.
    @Test func clientsMakeNoSeries() async throws {
        let time = ManualTimeSource()
        let metrics = GatewayMetrics(time: time)
        try await TestGateway.run(options(metrics, time)) { gateway in
            let before = metrics.registry.snapshot.flatMap(\.samples).count
            for number in 1...20 {
                try await RawSocket.gateway(gateway.port) { socket, _ in
                    _ = try await socket.connect(.test(scopes: ["operator.admin"]))
                    _ = try await socket.call("made.up.\(number)")
                }
                _ = try await ask(gateway, "GET /made/up/\(number)")
            }
            #expect(metrics.registry.snapshot.flatMap(\.samples).count == before)
        }
    }

    /// A journal that cannot be read takes only its own figures away.
    @Test func aBrokenJournalLeavesTheRest() async throws {
        struct Broken: Error {}
        let time = ManualTimeSource()
        let metrics = GatewayMetrics(time: time)
        var options = options(metrics, time)
        options.makeEndpoints = { hub, _ in
            let sources = GatewayGauges.Sources(
                version: "1", hub: hub, sockets: { (0, 0) }, turns: { 0 }, isDraining: { true },
                openWork: { throw Broken() }, process: { ProcessFigures(cpu: 0) })
            return [MetricsEndpoint(metrics: metrics, gauges: GatewayGauges(sources, time: time))]
        }
        try await TestGateway.run(options) { gateway in
            let answer = try await ask(gateway, "GET /metrics")
            #expect(answer.head.hasPrefix("HTTP/1.1 200 "))
            #expect(answer.body.contains("\nopenclaw_draining 1\n"))
            #expect(!answer.body.contains("openclaw_open_work_items"))
            #expect(!answer.body.contains("process_resident_memory_bytes"))
        }
    }

    @Test func theFiguresOfThisProcessAreThere() throws {
        let figures = ProcessFigures.current()
        #expect(figures.cpu > 0)
        #if os(Linux)
            #expect(try #require(figures.residentMemory) > 1_000_000)
            #expect(try #require(figures.openFiles) > 2)
            #expect(try #require(figures.fileLimit) >= 256)
        #endif
    }
}
