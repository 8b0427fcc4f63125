import ClawAgent
package import ClawConfig
package import ClawCore
package import ClawProtocol
import ClawSupport
package import HTTPTypes
package import Hummingbird
import NIOCore

/// `POST /v1/responses`: an agent behind the interface of OpenAI's responses (gateway-http §4). Unlike the original it numbers
/// its events, ends a stream with the event that tells how it ended, and goes on with the session of `previous_response_id`.
package struct Responses: HTTPEndpoint {
    package static let path = "/v1/responses"
    package static let method = HTTPRequest.Method.post
    package static let access = MethodAccess.write

    private let turn: OpenAITurn
    private let settings: @Sendable () -> GatewayConfiguration.Responses
    private let fetcher: any WebFetcher
    private let readPDF: PDFReader

    package init(
        turn: OpenAITurn, settings: @escaping @Sendable () -> GatewayConfiguration.Responses, fetcher: any WebFetcher,
        readPDF: @escaping PDFReader
    ) {
        self.turn = turn
        self.settings = settings
        self.fetcher = fetcher
        self.readPDF = readPDF
    }

    package var isEnabled: Bool { settings().isEnabled }
    package var bodyLimit: Int { settings().bodyLimit }

    package func respond(to call: HTTPCall) async throws -> Response {
        var request = try ResponsesRequest(call.object(), settings())
        try await request.input.fetchLinks(over: fetcher)
        try await request.input.readPDFs(readPDF)
        guard let conversation = request.conversation else {
            throw HTTPProblem(400, "Missing user message in `input`.")
        }
        let target = try await target(request, conversation, call)
        var answer = ResponsesAnswer(
            id: turn.identifier("resp"), item: turn.identifier("msg"), created: turn.now, request: request)
        let events = try await turn.start(
            conversation, images: request.input.images, tools: request.tools,
            maximumOutputTokens: request.maximumOutputTokens, target, run: answer.id, caller: call.caller)
        if request.isStream { return Self.stream(events, &answer) }
        for await event in events {
            guard let end = OpenAIEnd(event) else { continue }
            let resource = answer.resource(end)
            guard resource["status"] == "failed" else { return .json(200, resource) }
            let isStop = if case .text(_, _, .aborted(.shutdown)) = end { true } else { false }
            var response = Response.json(isStop ? 503 : 500, resource)
            response.forbidRepetition()
            return response
        }
        throw CancellationError()
    }

    /// A session that headers or `user` name goes before the one of an earlier answer, and that before the one of a call.
    private func target(
        _ request: ResponsesRequest, _ conversation: OpenAIConversation, _ call: HTTPCall
    ) async throws -> OpenAITurn.Target {
        let named = try turn.target(call, model: request.model, user: request.user, prefix: "openresponses")
        if request.user != nil || call.header("x-openclaw-session-key") != nil { return named }
        guard let previous = request.previousResponse else {
            guard let outputs = conversation.outputs else { return named }
            return try await turn.target(waitingFor: outputs) ?? named
        }
        if let target = try await turn.target(continuing: previous) { return target }
        throw HTTPProblem(400, "Previous response with id '\(previous.prefix(100))' not found.")
    }

    private static func stream(_ events: AsyncStream<RunFeed.Event>, _ answer: inout ResponsesAnswer) -> Response {
        var first = ByteBuffer()
        for event in answer.opening() { first.writeImmutableBuffer(piece(event)) }
        return EventStream.response(
            events, first: first, state: answer,
            pieces: { answer, event in answer.events(for: event).map(piece) },
            last: EventStream.data(Array("[DONE]".utf8)))
    }

    private static func piece(_ event: JSONValue) -> ByteBuffer {
        EventStream.data(event.bytes, name: event["type"]?.stringValue)
    }
}
