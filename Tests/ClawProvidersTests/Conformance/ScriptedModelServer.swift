import ClawSupport
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server on a port of its own that answers like a vendor of models: strict about what it is asked, scripted in what
/// it says.
final class ScriptedModelServer: Sendable {
    /// What a client sent.
    struct Request: Sendable {
        var method: String
        var path: String
        /// Names in lower case.
        var headers: [String: String]
        var body: [UInt8]

        /// The body as strict JSON.
        var json: JSONValue? {
            // A body that is no JSON is what the platform objects to.
            try? JSONParser.parse(body)
        }
    }

    struct Answer: Sendable {
        enum Ending: Sendable {
            case complete
            /// The connection is closed before the answer is complete.
            case cut
            /// Nothing more comes, and the connection stays open.
            case stall
        }

        var status = 200
        var headers: [(name: String, value: String)] = []
        /// Each is a write of its own.
        var pieces: [String] = []
        var ending = Ending.complete

        /// A stream of these events, each in a write of its own.
        static func events(_ events: [String], ending: Ending = .complete) -> Answer {
            Answer(headers: [("Content-Type", "text/event-stream")], pieces: events, ending: ending)
        }

        /// The same stream cut into writes of `size` characters, which hold to no boundary.
        static func fragments(_ events: [String], size: Int) -> Answer {
            var rest = events.joined()[...]
            var pieces: [String] = []
            while !rest.isEmpty {
                pieces.append(String(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            return .events(pieces)
        }

        static func json(_ status: Int, _ body: String, headers: [(name: String, value: String)] = []) -> Answer {
            Answer(status: status, headers: [("Content-Type", "application/json")] + headers, pieces: [body])
        }
    }

    /// What a platform objects to in a request; nil when it is in order.
    typealias Objection = @Sendable (Request) -> String?

    private struct State {
        var answers: [Answer]
        var requests: [Request] = []
        var objections: [String] = []
        var connections = 0
    }

    private let state: Mutex<State>
    private let objection: Objection

    private init(answers: [Answer], objection: @escaping Objection) {
        state = Mutex(State(answers: answers))
        self.objection = objection
    }

    var requests: [Request] { state.withLock { $0.requests } }
    var objections: [String] { state.withLock { $0.objections } }
    /// Connections that were ever made.
    var connections: Int { state.withLock { $0.connections } }

    /// Runs `body` with a server that gives `answers` one after the other, and its address.
    @discardableResult
    static func run<Result: Sendable>(
        _ answers: [Answer], objection: @escaping Objection = { _ in nil },
        _ body: (ScriptedModelServer, String) async throws -> Result
    ) async throws -> Result {
        let server = ScriptedModelServer(answers: answers, objection: objection)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    server.state.withLock { $0.connections += 1 }
                    let decoder = ByteToMessageHandler(HTTPRequestDecoder())
                    try channel.pipeline.syncOperations.addHandlers(decoder, ScriptedAnswerHandler(server))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let outcome: Swift.Result<Result, any Error>
        do {
            outcome = .success(try await body(server, "http://127.0.0.1:\(listener.localAddress?.port ?? 0)"))
        } catch {
            outcome = .failure(error)
        }
        try await listener.close()
        return try outcome.get()
    }

    fileprivate func answer(to request: Request) -> Answer {
        let objection = objection(request)
        return state.withLock { state in
            state.requests.append(request)
            if let objection {
                state.objections.append(objection)
                let body: JSONValue = ["error": ["type": "invalid_request_error", "message": .string(objection)]]
                return .json(400, body.text)
            }
            return state.answers.isEmpty ? .json(500, "{}") : state.answers.removeFirst()
        }
    }
}

/// Collects one request at a time and writes the scripted bytes, with a framing of its own so that it can break it.
private final class ScriptedAnswerHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = ByteBuffer

    private let server: ScriptedModelServer
    private var request: ScriptedModelServer.Request?

    init(_ server: ScriptedModelServer) { self.server = server }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            var headers: [String: String] = [:]
            for (name, value) in head.headers { headers[name.lowercased()] = value }
            request = .init(method: head.method.rawValue, path: head.uri, headers: headers, body: [])
        case .body(let buffer): request?.body += Array(buffer.readableBytesView)
        case .end:
            guard let request else { return }
            let answer = server.answer(to: request)
            write(head(of: answer), context)
            send(answer.pieces[...], of: answer, context)
        }
    }

    /// What is no HTTP ends the connection.
    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func head(of answer: ScriptedModelServer.Answer) -> String {
        var head = "HTTP/1.1 \(answer.status) Scripted\r\nTransfer-Encoding: chunked\r\n"
        for (name, value) in answer.headers { head += "\(name): \(value)\r\n" }
        return head + "\r\n"
    }

    private func send(
        _ pieces: ArraySlice<String>, of answer: ScriptedModelServer.Answer, _ context: ChannelHandlerContext
    ) {
        guard let piece = pieces.first else {
            switch answer.ending {
            case .complete: write("0\r\n\r\n", context)
            case .cut: context.close(promise: nil)
            case .stall: break
            }
            return
        }
        write("\(String(piece.utf8.count, radix: 16))\r\n\(piece)\r\n", context)
        // The next piece in another turn of the loop, so that the client reads some of them apart.
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute { handler.value.send(pieces.dropFirst(), of: answer, bound.value) }
    }

    private func write(_ text: String, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
    }
}
