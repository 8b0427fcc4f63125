import ClawGateway
import ClawProtocol
import ClawSupport
import ClawTestKit
import Testing

struct SlowClientTests {
    private static let pad = JSONValue.string(String(repeating: "x", count: 256 << 10))
    /// More than the limit of 2 MiB and what the sockets' own buffers take.
    private static let many = 60

    /// The `ts` of a tick, whose first bytes are enough for that; nil for other frames.
    private static func tick(_ frame: RawSocket.Frame) -> String? {
        let head = String(decoding: frame.payload.prefix(100), as: UTF8.self)
        guard head.contains(#""event":"tick""#), let value = head.split(separator: #""ts":"#).last else { return nil }
        return String(value.prefix { $0 != "," && $0 != "}" }.filter { $0 != "\"" })
    }

    /// It misses what it may miss, and only that.
    @Test func aClientThatDoesNotReadMissesTicksAndIsClosedForWhatItMustNotMiss() async throws {
        var options = TestGateway.Options()
        options.bufferLimit = 2 << 20
        try await TestGateway.run(options) { gateway in
            try await RawSocket.gateway(gateway.port) { stalled, _ in
                _ = try await stalled.connect(.test())
                try await RawSocket.gateway(gateway.port) { reader, _ in
                    _ = try await reader.connect(.test())
                    func tick(_ numbers: ClosedRange<Int>) async throws {
                        for number in numbers {
                            gateway.hub.broadcast(.tick, ["ts": .int(number), "pad": Self.pad])
                            while Self.tick(try await reader.nextFrame()) != "\(number)" {}
                        }
                    }
                    try await tick(1...Self.many)
                    #expect(gateway.hub.connections.count == 2, "what may be dropped closes nobody")
                    gateway.hub.broadcast(.tick, ["ts": "small"])
                    var (seen, last) = (0, "")
                    while last != "small" {
                        last = Self.tick(try await stalled.nextFrame()) ?? last
                        seen += 1
                        // Once there is room again it hears all that is new.
                        if seen == 8 { gateway.hub.broadcast(.tick, ["ts": "small"]) }
                    }
                    #expect(last == "small" && seen > 8 && seen < Self.many)

                    try await tick(1001...1000 + Self.many)
                    gateway.hub.broadcastHealth(["ok": true])
                    _ = try await reader.event("health")
                    while gateway.hub.connections.count == 2 { try await Task.sleep(for: .milliseconds(1)) }
                    #expect(gateway.hub.connections.count == 1)
                    _ = try await reader.event("presence")
                }
            }
        }
    }

    /// The first who leaves is told at once, the others together.
    @Test func manyWhoLeaveAreToldTogether() async throws {
        try await TestGateway.run { gateway in
            try await RawSocket.gateway(gateway.port) { reader, _ in
                _ = try await reader.connect(.test())
                for number in 1...3 {
                    try await RawSocket.gateway(gateway.port) { socket, _ in _ = try await socket.connect(.test()) }
                    while gateway.hub.connections.count > 1 { try await Task.sleep(for: .milliseconds(1)) }
                    if number == 1 {
                        _ = try await reader.event("presence")
                        await gateway.time.waitForSleepers(1)
                    }
                }
                #expect(try await reader.call("health")["ok"] == true)
                #expect(!reader.hasHeard("presence"))
                gateway.time.advance(by: .milliseconds(250))
                let event = try await reader.event("presence")
                #expect(event["stateVersion"]?["presence"] == .int(gateway.hub.stateVersion.presence))
            }
        }
    }
}
