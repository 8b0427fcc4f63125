import HTTPTypes
import Hummingbird
import NIOCore

/// Answers that arrive piece by piece, as server-sent events.
enum EventStream {
    /// An answer that goes on as long as `events` come.
    ///
    /// - Parameters:
    ///   - first: What is sent before the first event.
    ///   - state: What `pieces` remembers from one event to the next.
    ///   - pieces: The server-sent events for one event of the run.
    ///   - last: What follows the end of the run.
    static func response<State: Sendable>(
        _ events: AsyncStream<RunFeed.Event>, first: ByteBuffer? = nil, state: State,
        pieces: @escaping @Sendable (inout State, RunFeed.Event) -> [ByteBuffer], last: ByteBuffer
    ) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "text/event-stream; charset=utf-8"
        headers[.cacheControl] = "no-cache"
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody(
                asyncSequence: Pieces(events: events, first: first, state: state, pieces: pieces, last: last)))
    }

    /// One event: an optional name, and data without line ends.
    static func data(_ bytes: [UInt8], name: String? = nil) -> ByteBuffer {
        var buffer = ByteBuffer()
        if let name { buffer.writeString("event: \(name)\n") }
        buffer.writeString("data: ")
        buffer.writeBytes(bytes)
        buffer.writeString("\n\n")
        return buffer
    }

    private struct Pieces<State: Sendable>: AsyncSequence, Sendable {
        let events: AsyncStream<RunFeed.Event>
        let first: ByteBuffer?
        let state: State
        let pieces: @Sendable (inout State, RunFeed.Event) -> [ByteBuffer]
        let last: ByteBuffer

        func makeAsyncIterator() -> Iterator {
            Iterator(
                events: events.makeAsyncIterator(), first: first, state: state, pieces: pieces, last: last)
        }

        struct Iterator: AsyncIteratorProtocol {
            var events: AsyncStream<RunFeed.Event>.Iterator
            var first: ByteBuffer?
            var state: State
            let pieces: @Sendable (inout State, RunFeed.Event) -> [ByteBuffer]
            var last: ByteBuffer?

            /// What one event of the run gave goes out together.
            mutating func next() async -> ByteBuffer? {
                if let opening = first {
                    first = nil
                    return opening
                }
                while let event = await events.next(isolation: #isolation) {
                    var joined = ByteBuffer()
                    for piece in pieces(&state, event) { joined.writeImmutableBuffer(piece) }
                    if joined.readableBytes > 0 { return joined }
                }
                defer { last = nil }
                return last
            }
        }
    }
}
