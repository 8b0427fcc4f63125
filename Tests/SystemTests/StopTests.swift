import ClawClient
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import NIOCore
import NIOPosix
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// How a Gateway ends while somebody wants something of it over HTTP. Times are those of a real clock, with room for a machine
/// that does much else.
@Suite(.timeLimit(.minutes(10))) struct StopTests {
    private static let endpoints: JSONValue = ["endpoints": ["chatCompletions": ["enabled": true]]]
    private static let question = #"{"model":"openclaw","messages":[{"role":"user","content":"Hello"}]}"#

    private func start(_ configuration: JSONObject, page: String? = nil) async throws -> GatewayProcess {
        let gateway = try GatewayProcess(configuration: configuration)
        let written = try JSONParser.parse(try AtomicFile.read(gateway.configurationPath) ?? [])
        var gatewaySection = written["gateway"]?.objectValue ?? [:]
        gatewaySection["http"] = Self.endpoints
        if let page { gatewaySection["controlUi"] = ["root": .string(page)] }
        var all = configuration
        all["gateway"] = .object(gatewaySection)
        try AtomicFile.write(Array(JSONValue.object(all).prettyText.utf8), to: gateway.configurationPath)
        try await gateway.start()
        return gateway
    }

    private func ask(_ port: Int) async throws -> PlainHTTP.Answer {
        try await PlainHTTP.ask(
            port, "POST /v1/chat/completions",
            ["Authorization: Bearer \(GatewayProcess.token)", "Content-Type: application/json"], body: Self.question)
    }

    /// Returns when what came for a client that does not read fills its side, so that the Gateway waits for it.
    private func waitUntilFull(_ client: any NIOCore.Channel) async throws {
        let port = try #require(client.localAddress?.port)
        var before = 0
        while true {
            let waiting = try Self.waiting(at: port)
            if waiting > 0, waiting == before { return }
            before = waiting
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// Bytes that the system holds for the socket of this machine at `port`, as `/proc/net/tcp` tells them.
    private static func waiting(at port: Int) throws -> Int {
        let table = try #require(try AtomicFile.read("/proc/net/tcp"))
        let digits = String(port, radix: 16, uppercase: true)
        let place = ":" + String(repeating: "0", count: 4 - digits.count) + digits
        for line in String(decoding: table, as: UTF8.self).split(separator: "\n").dropFirst() {
            let fields = line.split(separator: " ")
            guard fields.count > 4, fields[1].hasSuffix(place) else { continue }
            return fields[4].split(separator: ":").last.flatMap { Int($0, radix: 16) } ?? 0
        }
        return 0
    }

    /// Returns when nobody can connect any more.
    private func waitUntilClosed(_ port: Int) async throws {
        while true {
            do {
                let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(host: "127.0.0.1", port: port).get()
                try await channel.close()
            } catch {
                return
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// A request that is in flight when the signal comes, and whose model answers only after the port is closed, is answered.
    private func expectAnswer(
        _ gateway: GatewayProcess, _ model: HeldModelServer, during signal: Int32
    ) async throws {
        try await withThrowingTaskGroup(of: PlainHTTP.Answer.self) { group in
            group.addTask { [port = gateway.port] in try await ask(port) }
            await model.waitForRequests(1)
            gateway.signal(signal)
            try await waitUntilClosed(gateway.port)
            model.release()
            let next = try await group.next()
            let answer = try #require(next)
            #expect(answer.status == 200 && answer.body.contains(#""content":"Done.""#), "\(answer)")
        }
    }

    @Test func aRequestInFlightIsAnsweredBeforeTheStop() async throws {
        try await HeldModelServer.run { model in
            let gateway = try await start(model.configuration)
            try await expectAnswer(gateway, model, during: SIGTERM)
            #expect(try await gateway.waitForExit() == .exited(0))
        }
    }

    @Test func aRequestInFlightIsAnsweredBeforeARestart() async throws {
        try await HeldModelServer.run { model in
            let gateway = try await start(model.configuration)
            let pid = gateway.pid
            try await expectAnswer(gateway, model, during: SIGUSR1)
            // The next life answers on the same port.
            var again: PlainHTTP.Answer?
            while again == nil {
                // Nobody listens between the two lives.
                again = try? await ask(gateway.port)
            }
            #expect(again?.status == 200)
            #expect(gateway.pid == pid)
            #expect(await gateway.stop() == .exited(0))
        }
    }

    /// A model that never answers holds a stop up for the time that turns have to end, and no longer.
    @Test func aRequestThatNeverEndsDoesNotKeepAGateway() async throws {
        try await HeldModelServer.run { model in
            let gateway = try await start(model.configuration)
            try await withThrowingTaskGroup(of: PlainHTTP.Answer.self) { group in
                group.addTask { [port = gateway.port] in try await ask(port) }
                await model.waitForRequests(1)
                let begin = ContinuousClock.now
                gateway.signal(SIGTERM)
                #expect(try await gateway.waitForExit() == .exited(0))
                let took = begin.duration(to: .now)
                #expect(took > .seconds(4) && took < .seconds(28), "\(took)")
                let answer = try await group.next()
                #expect(answer?.status == 503)
            }
        }
    }

    @Test func aSecondSignalStopsAtOnce() async throws {
        try await HeldModelServer.run { model in
            let gateway = try await start(model.configuration)
            try await withThrowingTaskGroup(of: PlainHTTP.Answer.self) { group in
                group.addTask { [port = gateway.port] in try await ask(port) }
                await model.waitForRequests(1)
                gateway.signal(SIGTERM)
                try await waitUntilClosed(gateway.port)
                let begin = ContinuousClock.now
                gateway.signal(SIGTERM)
                #expect(try await gateway.waitForExit() == .exited(0))
                // The time that the first one gave has not passed.
                #expect(begin.duration(to: .now) < .milliseconds(4500))
                group.cancelAll()
            }
            // What was not answered is still there.
            try await gateway.start()
            await model.waitForRequests(2)
            model.release()
            #expect(await gateway.stop() == .exited(0))
        }
    }

    @Test(arguments: [SIGTERM, SIGUSR1]) func whoReadsNothingDoesNotHoldAStopUp(signal: Int32) async throws {
        let page = try TemporaryDirectory("page")
        try page.write(String(repeating: "x", count: 16 << 20), to: "index.html")
        let gateway = try await start([:], page: page.path)
        let deaf = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.autoRead, value: false)
            .connect(host: "127.0.0.1", port: gateway.port).get()
        // More than sockets hold, several times over, so that writing is under way for the whole time.
        let requests = String(repeating: "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 4)
        try await deaf.writeAndFlush(ByteBuffer(string: requests))
        try await waitUntilFull(deaf)
        let begin = ContinuousClock.now
        gateway.signal(signal)
        if signal == SIGTERM {
            #expect(try await gateway.waitForExit() == .exited(0))
        } else {
            try await waitUntilClosed(gateway.port)
            var status = 0
            // Nobody listens between the two lives.
            while status != 200 { status = (try? await PlainHTTP.ask(gateway.port, "GET /health", []).status) ?? 0 }
        }
        // Who reads nothing is closed after 30 seconds in any case.
        #expect(begin.duration(to: .now) < .seconds(20))
        deaf.close(promise: nil)
        if signal != SIGTERM { #expect(await gateway.stop() == .exited(0)) }
    }
}
