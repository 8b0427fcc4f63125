import ClawGateway
import ClawProtocol
import ClawSupport
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

/// Tells a caller who has the secret that he may.
private struct GuardedEndpoint: HTTPEndpoint {
    static let path = "/test/guarded"
    static let method = HTTPRequest.Method.post
    static let access = MethodAccess.write

    func respond(to call: HTTPCall) async throws -> Response {
        Response(status: .ok, headers: [.contentLength: "2"], body: ResponseBody(byteBuffer: .init(string: "in")))
    }
}

/// Has more to say than any socket takes at once.
private struct LargeEndpoint: HTTPEndpoint {
    static let path = "/large"
    static let method = HTTPRequest.Method.get
    static let access = MethodAccess.anyone
    static let size = 4 << 20

    func respond(to call: HTTPCall) async throws -> Response {
        Response(
            status: .ok, headers: [.contentLength: "\(Self.size)"],
            body: ResponseBody(byteBuffer: .init(repeating: UInt8(ascii: "x"), count: Self.size)))
    }
}

/// What HTTP clients may hold of the server (attacks S48).
@Suite(.timeLimit(.minutes(10))) struct HTTPConnectionTests {
    private static let health = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"

    /// Asks for the health and keeps the connection. Returns the head of the answer.
    private func askHealth(_ socket: inout RawSocket) async throws -> String {
        try await socket.send(Self.health)
        let head = try await socket.head()
        _ = try await socket.bytes(#"{"ok":true,"status":"live"}"#.utf8.count)
        return head
    }

    private func wait(for gateway: TestGateway, _ total: Int) async {
        while gateway.sockets.counts.total != total { await Task.yield() }
    }

    @Test func s48_anUnknownHTTPClientHoldsAPlaceOfTheUnknown() async throws {
        var options = TestGateway.Options()
        options.limits.unauthenticated = 1
        options.endpoints = [GuardedEndpoint()]
        try await TestGateway.run(options) { gateway in
            try await RawSocket.open(gateway.port) { first in
                let answer = try await askHealth(&first)
                #expect(answer.hasPrefix("HTTP/1.1 200"))
                #expect(gateway.sockets.counts == (total: 1, unauthenticated: 1))
                let refused = try await RawSocket.open(gateway.port) { second in
                    // The other end may be gone before this is written.
                    try? await second.send(Self.health)
                    // Or it resets the connection, which says nothing either.
                    return (try? await second.rest()) ?? ""
                }
                #expect(refused == "")
                await wait(for: gateway, 1)

                // A wrong secret changes nothing, the right one does.
                for (secret, unauthenticated) in [("wrong", 1), (TestGateway.token, 0)] {
                    try await first.send(
                        "POST /test/guarded HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(secret)\r\n\r\n")
                    let head = try await first.head()
                    #expect(head.hasPrefix(unauthenticated == 1 ? "HTTP/1.1 401" : "HTTP/1.1 200"))
                    let length = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length: ") }
                    _ = try await first.bytes(Int(length?.dropFirst(16) ?? "") ?? 0)
                    #expect(gateway.sockets.counts.unauthenticated == unauthenticated)
                }
                let served = try await RawSocket.open(gateway.port) { try await askHealth(&$0) }
                #expect(served.hasPrefix("HTTP/1.1 200"))
            }
            await wait(for: gateway, 0)
            #expect(gateway.sockets.counts.unauthenticated == 0)
        }
    }

    /// Those beyond their share are answered, and do not stay, so that handshakes find a place.
    @Test func s48_unknownHTTPClientsHaveAShare() async throws {
        var options = TestGateway.Options()
        options.limits.unauthenticatedHTTP = 1
        try await TestGateway.run(options) { gateway in
            try await RawSocket.open(gateway.port) { first in
                var answer = try await askHealth(&first)
                #expect(!answer.contains("Connection: close"))
                let second = try await RawSocket.open(gateway.port) { socket in
                    try await socket.send(Self.health)
                    return try await socket.rest()
                }
                #expect(second.hasPrefix("HTTP/1.1 200") && second.contains("Connection: close"))
                let hello = try await RawSocket.gateway(gateway.port) { socket, _ in try await socket.connect(.test()) }
                #expect(hello["ok"] == true)
                await wait(for: gateway, 1)
                answer = try await askHealth(&first)
                #expect(!answer.contains("Connection: close"))
            }
        }
    }

    @Test func s48_idleHTTPClientsAreClosed() async throws {
        var options = TestGateway.Options()
        options.httpPace.idle = .milliseconds(300)
        try await TestGateway.run(options) { gateway in
            let rest = try await RawSocket.open(gateway.port) { socket in
                _ = try await askHealth(&socket)
                return try await socket.rest()
            }
            #expect(rest == "")
            await wait(for: gateway, 0)
        }
    }

    @Test func s48_whoDoesNotReadHisAnswersIsClosed() async throws {
        try await TestGateway.run(largePage(stall: .milliseconds(300))) { gateway in
            try await RawSocket.open(gateway.port) { socket in
                try await socket.send(
                    String(repeating: "GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n", count: 20))
                await wait(for: gateway, 1)
                // Nothing is read until the other end has given up.
                await wait(for: gateway, 0)
                let got = try await socket.rest()
                #expect(got.utf8.count < 20 * LargeEndpoint.size)
            }
        }
    }

    /// The bound is for those who take nothing, and not for a long answer.
    @Test func aLongAnswerIsReadToItsEnd() async throws {
        try await TestGateway.run(largePage(stall: .seconds(10))) { gateway in
            let got = try await RawSocket.open(gateway.port) { socket in
                try await socket.send("GET /large HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                return try await socket.rest()
            }
            #expect(got.utf8.count > LargeEndpoint.size)
        }
    }

    private func largePage(stall: TimeAmount) -> TestGateway.Options {
        var options = TestGateway.Options()
        options.httpPace.stall = stall
        options.httpPace.idle = .milliseconds(300)
        options.endpoints = [LargeEndpoint()]
        return options
    }
}
