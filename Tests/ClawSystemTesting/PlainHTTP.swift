import NIOCore
import NIOPosix

/// One HTTP request on a socket of its own, written by hand, so that a test can also say what a client library would not.
package enum PlainHTTP {
    package struct Answer: Sendable, Hashable {
        /// 0 when the answer has no status line.
        package var status: Int
        /// The status line and the headers.
        package var head: String
        package var body: String
    }

    /// Sends a request to this machine and reads to the end of the connection.
    ///
    /// - Parameter first: Method and target: `POST /v1/responses`.
    package static func ask(
        _ port: Int, _ first: String, _ headers: [String], body: String = ""
    ) async throws -> Answer {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let text = try await channel.executeThenClose { inbound, outbound in
            var lines = ["\(first) HTTP/1.1", "Host: localhost"] + headers
            if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
            lines += ["Connection: close", "", body]
            try await outbound.write(ByteBuffer(string: lines.joined(separator: "\r\n")))
            var all = ByteBuffer()
            for try await buffer in inbound { all.writeImmutableBuffer(buffer) }
            return String(buffer: all)
        }
        let end = text.firstRange(of: "\r\n\r\n")
        let body = end.map { String(text[$0.upperBound...]) } ?? ""
        return Answer(
            status: Int(text.prefix(12).suffix(3)) ?? 0, head: String(text[..<(end?.lowerBound ?? text.endIndex)]),
            body: body)
    }
}
