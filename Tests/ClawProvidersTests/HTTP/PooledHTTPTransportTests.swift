import ClawCore
import ClawTestKit
import Testing

@testable import ClawProviders

@Suite struct PooledHTTPTransportTests {
    private func get(_ address: String, from transport: PooledHTTPTransport = SharedTransport.transport) async throws
        -> (status: Int, headers: [String: String], body: [UInt8], pieces: Int)
    {
        var result: (status: Int, headers: [String: String], body: [UInt8], pieces: Int) = (0, [:], [], 0)
        try await transport.send(
            OutgoingRequest(method: "GET", url: address), connectTimeout: .seconds(60), idleTimeout: .seconds(60)
        ) { head, bytes in
            result.status = head.status
            result.headers = head.headers
            result.body += bytes
            result.pieces += bytes.isEmpty ? 0 : 1
        }
        return result
    }

    @Test func givesHeadersInLowerCaseAndTheWholeBody() async throws {
        let answer = ScriptedModelServer.Answer(
            status: 404, headers: [("X-Odd-Name", "Value")], pieces: ["one ", "two"])
        try await ScriptedModelServer.run([answer]) { server, address in
            let got = try await get("\(address)/there?x=1")
            #expect(got.status == 404)
            #expect(got.headers == ["transfer-encoding": "chunked", "x-odd-name": "Value"])
            #expect(String(decoding: got.body, as: UTF8.self) == "one two")
            #expect(server.requests.map(\.path) == ["/there?x=1"])
            #expect(server.requests.map(\.method) == ["GET"])
        }
    }

    @Test func usesAConnectionAgain() async throws {
        let answers = Array(repeating: ScriptedModelServer.Answer.json(200, "{}"), count: 5)
        try await ScriptedModelServer.run(answers) { server, address in
            for _ in 0..<5 {
                let status = try await get(address).status
                #expect(status == 200)
            }
            #expect(server.connections == 1)
        }
    }

    @Test func holdsManyStreamsAtOnce() async throws {
        let count = 64
        let answers = Array(repeating: ScriptedModelServer.Answer.events(["data: x\n\n"]), count: count)
        try await ScriptedModelServer.run(answers) { _, address in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<count { group.addTask { try await self.get(address).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == Array(repeating: 200, count: count))
        }
    }

    @Test func handsALargeBodyOverWhole() async throws {
        let piece = String(repeating: "0123456789abcdef", count: 4096)
        let answer = ScriptedModelServer.Answer(pieces: Array(repeating: piece, count: 48))
        try await ScriptedModelServer.run([answer]) { _, address in
            let got = try await get(address)
            #expect(got.body.count == 48 * 65_536)
            #expect(got.body.suffix(16).elementsEqual("0123456789abcdef".utf8))
        }
    }

    @Test func saysThatNobodyListens() async throws {
        let port = try BoundPort()
        let expected = ProviderError(.timeout, "Cannot reach 127.0.0.1:\(port.number): connection refused.")
        await #expect(throws: expected) { _ = try await get("http://127.0.0.1:\(port.number)/v1/secret?key=1") }
    }

    @Test func saysThatAServerHasNoTLS() async throws {
        try await ScriptedModelServer.run([]) { _, address in
            let server = address.dropFirst("http://".count)
            let expected = ProviderError(.timeout, "No TLS connection to \(server) could be made.")
            await #expect(throws: expected) { _ = try await get("https://\(server)/") }
        }
    }

    @Test func saysThatANameIsUnknown() async throws {
        let error = await #expect(throws: ProviderError.self) { _ = try await get("http://nowhere.invalid/") }
        #expect(error?.reason == .timeout)
        #expect(error?.message == "Cannot reach nowhere.invalid: its name cannot be resolved.")
    }

    @Test(arguments: ["not a url", "ftp://example.org/", "", "http://"]) func refusesOtherAddresses(url: String)
        async throws
    {
        await #expect(throws: ProviderError(.format, "\(url) is not an address that can be called.")) {
            _ = try await get(url)
        }
    }

    @Test func refusesTooManyHeaders() async throws {
        let headers = (0..<70).map { (name: "X-\($0)", value: String(repeating: "y", count: 1000)) }
        try await ScriptedModelServer.run([.json(200, "{}", headers: headers)]) { _, address in
            let server = address.dropFirst("http://".count)
            await #expect(throws: ProviderError(.format, "\(server) sent more than 65536 bytes of headers.")) {
                _ = try await get(address)
            }
        }
    }

    @Test func sendsNothingAfterShutdown() async throws {
        let transport = PooledHTTPTransport()
        try await ScriptedModelServer.run([.json(200, "{}")]) { server, address in
            #expect(try await get(address, from: transport).status == 200)
            try await transport.shutdown()
            try await transport.shutdown()
            await #expect(throws: CancellationError.self) { _ = try await get(address, from: transport) }
            #expect(server.requests.count == 1)
        }
    }

    @Test func stopsWithoutHavingStarted() async throws {
        try await PooledHTTPTransport().shutdown()
    }

    @Test func namesServersWithoutSecrets() {
        #expect(
            PooledHTTPTransport.serverName(of: "https://user:pass@host.example:8443/a?b=c#d") == "host.example:8443")
        #expect(PooledHTTPTransport.serverName(of: "http://[::1]:80") == "[::1]:80")
        #expect(PooledHTTPTransport.serverName(of: "host/path@x") == "host")
    }
}
