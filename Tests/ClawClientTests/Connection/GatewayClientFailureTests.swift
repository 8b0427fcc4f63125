import ClawClient
import ClawClientTesting
import ClawCore
import ClawProtocol
import ClawSupport
import ClawTestKit
import NIOCore
import NIOPosix
import NIOWebSocket
import Testing

struct GatewayClientFailureTests {
    private func connectFailure(_ script: ScriptedGateway.Script) async throws -> GatewayClientError {
        try await ScriptedGateway.run(script) { server in
            let error = try await failure {
                _ = try await GatewayClient.withConnection(ClientFixture.options(server)) { $0.hello }
            }
            #expect(server.violations == [])
            return error
        }
    }

    private func requestFailure(_ steps: @escaping @Sendable (RequestFrame) -> [ScriptedGateway.Step]) async throws
        -> GatewayClientError
    {
        var script = ScriptedGateway.Script()
        script.answer = steps
        return try await ScriptedGateway.run(script) { server in
            let error = try await failure {
                try await GatewayClient.withConnection(ClientFixture.options(server)) { _ = try await $0.request("x") }
            }
            #expect(server.violations == [])
            return error
        }
    }

    @Test func pairingRequiredNamesTheRequestAndTheCommand() async throws {
        var script = ScriptedGateway.Script()
        let wire = WireError(
            .notPaired, "pairing required",
            details: ["code": "PAIRING_REQUIRED", "requestId": "5f0c-1", "reason": "not-paired"])
        script.connect = { [ScriptedGateway.refusal($0, wire), .close(1008, "pairing required")] }
        let error = try await connectFailure(script)
        #expect(error == .refused(wire, payload: nil))
        #expect(error.clawError.code == .notPaired)
        #expect(error.clawError.message == "This device is not paired with the Gateway yet.")
        #expect(
            error.clawError.hint == "On the Gateway's machine run `openclaw devices approve 5f0c-1`, then try again.")
    }

    @Test(arguments: ["a; rm -rf /", "$(id)", "--help", "a\nb", String(repeating: "a", count: 65), ""])
    func aRequestIDThatIsNoneIsNotPutIntoACommand(_ id: String) {
        let wire = WireError(
            .notPaired, "pairing required", details: ["code": "PAIRING_REQUIRED", "requestId": .string(id)])
        #expect(
            GatewayClientError.refused(wire, payload: nil).clawError.hint
                == "On the Gateway's machine run `openclaw devices list`, then try again.")
    }

    @Test(arguments: [
        (UInt16(1008), "pairing required", "This device is not paired with the Gateway yet."),
        (1008, "unauthorized: gateway token mismatch (x)", "The token is not the Gateway's."),
        (1002, "protocol mismatch", "The Gateway speaks another version of the protocol (protocol mismatch)."),
        (1012, "service restart", "The Gateway is restarting or stopping."),
        (1009, "", "The message is larger than the other end accepts."),
        (1000, "", "The Gateway closed the connection before it answered (code 1000)."),
        (1011, "oops", "The Gateway closed the connection before it answered (code 1011, oops)."),
    ])
    func aCloseWithoutAnAnswerIsExplained(_ code: UInt16, _ reason: String, _ message: String) async throws {
        var script = ScriptedGateway.Script()
        script.connect = { _ in [.close(code, reason)] }
        let error = try await connectFailure(script)
        #expect(error == .closed(code: code, reason: reason))
        #expect(error.clawError.message == message)
        #expect(error.clawError.hint != nil)
    }

    @Test func aCutInTheMiddleOfARequestIsSeen() async throws {
        let error = try await requestFailure { _ in [.cut] }
        #expect(error == .closed(code: 1006, reason: ""))
        #expect(error.clawError.message == "The connection to the Gateway broke before it answered.")
    }

    @Test func aRestartInTheMiddleOfARequestIsSeen() async throws {
        let error = try await requestFailure { _ in [.close(1012, "service restart")] }
        #expect(error == .closed(code: 1012, reason: "service restart"))
    }

    @Test func afterTheEndEveryRequestFailsWithItsReason() async throws {
        var script = ScriptedGateway.Script()
        script.answer = { _ in [.close(1012, "service restart")] }
        try await ScriptedGateway.run(script) { server in
            let client = try await GatewayClient.connect(ClientFixture.options(server))
            for method in ["first", "second"] {
                let error = try await failure { _ = try await client.request(method) }
                #expect(error == .closed(code: 1012, reason: "service restart"))
            }
            #expect(client.endReason == .closed(code: 1012, reason: "service restart"))
            await client.close()
        }
    }

    @Test func brokenFramesEndTheConnection() async throws {
        let mask = WebSocketMaskingKey([1, 2, 3, 4])
        let masked = WebSocketFrame(fin: true, opcode: .text, maskKey: mask, data: ByteBuffer(string: "{}"))
        let first = try await requestFailure { _ in [.frame(masked)] }
        #expect(first == .malformed("a frame was masked or used reserved bits"))
        let stray = WebSocketFrame(fin: true, opcode: .continuation, data: ByteBuffer(string: "{}"))
        let value1 = try await requestFailure { _ in [.frame(stray)] }
        #expect(value1 == .malformed("a continuation without a beginning"))
        let open = WebSocketFrame(fin: false, opcode: .text, data: ByteBuffer(string: "{"))
        let second = try await requestFailure { _ in [.frame(open), .text("{}")] }
        #expect(second == .malformed("a message began inside another"))
    }

    @Test func aFrameThatIsTooLargeIsRefusedBeforeItArrives() async throws {
        // A text frame that announces 32 MiB.
        let head: [UInt8] = [0x81, 127, 0, 0, 0, 0, 2, 0, 0, 0]
        let error = try await requestFailure { _ in [.bytes(head)] }
        #expect(error == .malformed("a frame of more than 26214400 bytes"))
    }

    @Test func aMessageThatIsTooLargeInPiecesIsRefused() async throws {
        let piece = String(repeating: "a", count: 14_000_000)
        let error = try await requestFailure { _ in [.fragments([piece, piece])] }
        #expect(error == .malformed("a message of more than 26214400 bytes"))
    }

    @Test func aRequestThatIsTooLargeIsNotSent() async throws {
        var hello = ScriptedGateway.hello
        hello["policy"] = ["maxPayload": 100]
        var script = ScriptedGateway.Script()
        let small = hello
        script.connect = { [ScriptedGateway.ok($0, small)] }
        try await ScriptedGateway.run(script) { server in
            let error = try await failure {
                try await GatewayClient.withConnection(ClientFixture.options(server)) {
                    _ = try await $0.request("x", ["text": .string(String(repeating: "a", count: 200))])
                }
            }
            #expect(error == .tooLarge(bytes: 257, limit: 100))
            #expect(server.requests.map(\.method) == ["connect"])
        }
    }

    @Test func aStalledGatewayEndsByTheDeadline() async throws {
        var script = ScriptedGateway.Script()
        script.answer = { _ in [] }
        let time = ManualTimeSource()
        try await ScriptedGateway.run(script) { server in
            try await GatewayClient.withConnection(ClientFixture.options(server, time: time)) { client in
                async let waiting: Void = {
                    let error = try await failure { _ = try await client.request("x", timeout: .seconds(3)) }
                    #expect(error == .timedOut(waitingFor: "`x`", limit: .seconds(3)))
                    #expect(error.clawError.message == "The Gateway did not answer `x` within 3 s.")
                }()
                await time.waitForSleepers(1)
                time.advance(by: .seconds(3))
                try await waiting
            }
        }
    }

    @Test func aGatewayWithoutAChallengeEndsByTheDeadline() async throws {
        var script = ScriptedGateway.Script()
        script.greeting = []
        let time = ManualTimeSource()
        try await ScriptedGateway.run(script) { server in
            async let waiting = failure {
                _ = try await GatewayClient.withConnection(ClientFixture.options(server, time: time)) { $0.hello }
            }
            await time.waitForSleepers(1)
            time.advance(by: .seconds(10))
            let value2 = try await waiting
            #expect(value2 == .timedOut(waitingFor: "the connection request", limit: .seconds(10)))
        }
    }

    @Test func anIncompleteGreetingIsNoGateway() async throws {
        var script = ScriptedGateway.Script()
        script.connect = { [ScriptedGateway.ok($0, ["type": "hello-ok"])] }
        let value3 = try await connectFailure(script)
        #expect(value3 == .malformed("its greeting is incomplete"))
    }

    @Test func nobodyListening() async throws {
        let port = try BoundPort()
        var options = GatewayClientOptions(
            endpoint: GatewayEndpoint(localPort: port.number),
            client: .init(id: "cli", version: "1", platform: "linux", mode: "cli"), scopes: [])
        options.connectTimeout = .seconds(60)
        let error = try await failure { _ = try await GatewayClient.withConnection(options) { $0.hello } }
        let place = "ws://127.0.0.1:\(port.number)"
        #expect(error == .unreachable(endpoint: place, reason: "nothing listens there", isLocal: true))
        #expect(error.clawError.message == "The Gateway at \(place) cannot be reached: nothing listens there.")
        #expect(error.clawError.hint == "Start it with `openclaw gateway run`.")
    }

    @Test(arguments: ["HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", ""])
    func aServerThatIsNoGateway(_ answer: String) async throws {
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ScriptedAnswer(answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(listener.localAddress?.port)
        let options = GatewayClientOptions(
            endpoint: GatewayEndpoint(localPort: port),
            client: .init(id: "cli", version: "1", platform: "linux", mode: "cli"), scopes: [])
        let error = try await failure { _ = try await GatewayClient.withConnection(options) { $0.hello } }
        try await listener.close()
        let reason =
            answer.hasPrefix("HTTP") ? "what answers there is no Gateway" : "the connection broke before it was open"
        #expect(error == .unreachable(endpoint: "ws://127.0.0.1:\(port)", reason: reason, isLocal: true))
    }
}

/// Answers the first bytes of a client with a fixed text, or closes when that is empty.
private final class ScriptedAnswer: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let text: String

    init(_ text: String) { self.text = text }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if text.isEmpty { return context.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}

struct GatewayClientTLSTests {
    private func connect(
        to host: String, at address: String = "127.0.0.1", fingerprint: String?
    ) async throws -> String {
        var script = ScriptedGateway.Script()
        script.usesTLS = true
        script.address = address
        return try await ScriptedGateway.run(script) { server in
            var options = ClientFixture.options(server)
            options.endpoint = try GatewayEndpoint(url: "wss://\(host):\(server.port)", fingerprint: fingerprint)
            do {
                return try await GatewayClient.withConnection(options) { client in
                    "answer: \(try await client.request("x").text)"
                }
            } catch let error as GatewayClientError {
                guard case .untrusted(_, let isPinned) = error, !error.healsWithTime else { return "\(error)" }
                return isPinned ? "not the pinned one" : "not trusted"
            }
        }
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func aPinnedCertificateIsAccepted(_ host: String) async throws {
        let answer = try await connect(to: host, fingerprint: TestCertificate.fingerprint)
        #expect(answer == #"answer: {"echo":"x"}"#)
    }

    #if os(Linux)
        /// A certificate that names nobody or somebody else is still the pinned one.
        @Test func aPinnedCertificateNeedsNoName() async throws {
            let answer = try await connect(to: "127.0.0.2", at: "127.0.0.2", fingerprint: TestCertificate.fingerprint)
            #expect(answer == #"answer: {"echo":"x"}"#)
            let other = String(repeating: "0", count: 64)
            let reason = try await connect(to: "127.0.0.2", at: "127.0.0.2", fingerprint: other)
            #expect(reason == "not the pinned one")
        }
    #endif

    @Test func anotherCertificateThanThePinnedOneIsRefused() async throws {
        let reason = try await connect(to: "localhost", fingerprint: String(repeating: "0", count: 64))
        #expect(reason == "not the pinned one")
    }

    @Test func aCertificateThatNobodyVouchesForIsRefused() async throws {
        let reason = try await connect(to: "localhost", fingerprint: nil)
        #expect(reason == "not trusted")
    }
}
