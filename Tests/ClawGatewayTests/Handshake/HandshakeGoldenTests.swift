import ClawGateway
import ClawProtocol
import ClawSupport
import ClawTestKit
import Testing

/// Every way into the Gateway, and every way not to get in, over a real socket.
struct HandshakeGoldenTests {
    /// Sends `connect` and notes the response, and the close when it is refused.
    private func attempt(
        _ gateway: TestGateway, _ title: String, _ transcript: inout Transcript, headers: [String] = [],
        _ params: (String) throws -> ConnectParams
    ) async throws {
        transcript.title(title)
        let (response, closing) = try await RawSocket.gateway(gateway.port, headers: headers) { socket, nonce in
            let response = try await socket.connect(try params(nonce))
            return (response, response["ok"] == true ? nil : try await socket.closing())
        }
        transcript.add(response)
        if let closing { transcript.add(line: closing) }
    }

    /// The presence list of the next hello shows who has gone.
    private func everybodyLeft(_ gateway: TestGateway) async throws {
        try await eventually("the end of all connections") { gateway.hub.connections.isEmpty }
    }

    @Test func challengeAndHello() async throws {
        var transcript = Transcript()
        try await TestGateway.run { gateway in
            try await RawSocket.open(gateway.port) { socket in
                _ = try await socket.upgrade()
                transcript.add(try await socket.json())
                transcript.add(try await socket.connect(.test(scopes: ["operator.read"])))
            }
            try await everybodyLeft(gateway)
            let device = try TestDevice(seed: 1)
            let now = gateway.time.nowMilliseconds
            try await attempt(gateway, "device, silently paired", &transcript) {
                try device.sign(.test(scopes: ["operator.read"]), nonce: $0, at: now)
            }
            try await everybodyLeft(gateway)
            try await attempt(gateway, "device, older signature", &transcript) {
                try device.sign(.test(scopes: ["operator.read"]), nonce: $0, at: now, isOld: true)
            }
        }
        expectGolden(transcript.text, "hello.txt")
    }

    @Test func firstFrames() async throws {
        var transcript = Transcript()
        let cases: [(String, String)] = [
            ("malformed JSON", "{"), ("no request frame", #"{"type":"req","id":"1"}"#),
            ("another method", #"{"type":"req","id":"1","method":"health"}"#),
            ("connect with wrong params", #"{"type":"req","id":"1","method":"connect","params":{"minProtocol":3}}"#),
        ]
        try await TestGateway.run { gateway in
            for (title, text) in cases {
                transcript.title(title)
                let frames = try await RawSocket.gateway(gateway.port) { socket, _ in
                    try await socket.frame(Array(text.utf8))
                    var lines: [String] = []
                    while true {
                        let frame = try await socket.nextFrame()
                        if frame.opcode == 8 {
                            let code = Int(frame.payload[0]) << 8 | Int(frame.payload[1])
                            return lines + ["\(code) \(String(decoding: frame.payload[2...], as: UTF8.self))"]
                        }
                        lines.append(frame.text)
                    }
                }
                for line in frames { transcript.add(line: line) }
            }
        }
        expectGolden(transcript.text, "first-frames.txt")
    }

    @Test func refusals() async throws {
        var transcript = Transcript()
        try await TestGateway.run { gateway in
            try await attempt(gateway, "newer protocol", &transcript) { _ in
                var params = ConnectParams.test()
                (params.minProtocol, params.maxProtocol) = (4, 5)
                return params
            }
            try await attempt(gateway, "invalid role", &transcript) { _ in
                var params = ConnectParams.test()
                params.role = "admin"
                return params
            }
            try await attempt(gateway, "page without origin", &transcript) { _ in .test(id: "webchat-ui") }
            try await attempt(gateway, "wrong token", &transcript) { _ in .test(token: "wrong") }
            try await attempt(gateway, "wrong token, command line", &transcript) { _ in
                .test(id: "cli", mode: "cli", token: "wrong")
            }
            try await attempt(gateway, "no token, no device", &transcript) { _ in .test(token: nil) }
            try await attempt(gateway, "node without device", &transcript) { _ in
                var params = ConnectParams.test(scopes: [])
                params.role = "node"
                return params
            }
            try await attempt(
                gateway, "control ui without device", &transcript,
                headers: ["Origin: http://127.0.0.1"]
            ) { _ in .test(id: "openclaw-control-ui", mode: "webchat") }
        }
        expectGolden(transcript.text, "refusals.txt")
    }

    @Test func s23_deviceFailures() async throws {
        var transcript = Transcript()
        let device = try TestDevice(seed: 2)
        try await TestGateway.run { gateway in
            let now = gateway.time.nowMilliseconds
            func attempt(
                _ title: String, headers: [String] = [], _ params: @escaping (String) throws -> ConnectParams
            ) async throws {
                try await self.attempt(gateway, title, &transcript, headers: headers, params)
            }
            func change(_ title: String, _ change: @escaping (inout ConnectParams) -> Void) async throws {
                try await attempt(title) { nonce in
                    var params = try device.sign(.test(), nonce: nonce, at: now)
                    change(&params)
                    return params
                }
            }
            try await change("other id") { $0.device?.id = "00" }
            try await change("old signature") { $0.device?.signedAt = now - 120_001 }
            try await change("blank nonce") { $0.device?.nonce = "  " }
            try await change("nonce of another connection") { $0.device?.nonce = "abc" }
            try await change("changed scopes") { $0.scopes = ["operator.admin", "operator.pairing"] }
            try await change("wrong token") { $0.auth.token = "other" }
            try await attempt("unknown device token") { nonce in
                var params = ConnectParams.test(token: nil)
                params.auth.deviceToken = "guess"
                return try device.sign(params, nonce: nonce, at: now)
            }
            try await attempt("device and no token") { nonce in
                try device.sign(.test(token: nil), nonce: nonce, at: now)
            }
            try await attempt("device and wrong token") { nonce in
                try device.sign(.test(token: "wrong"), nonce: nonce, at: now)
            }
            try await attempt("new device from elsewhere", headers: ["X-Forwarded-For: 203.0.113.9"]) {
                try device.sign(.test(), nonce: $0, at: now)
            }
        }
        expectGolden(transcript.text, "device-failures.txt")
    }

    @Test func passwordMode() async throws {
        var transcript = Transcript()
        var options = TestGateway.Options()
        options.settings = AccessSettings(mode: .password, password: Redacted("open sesame"))
        try await TestGateway.run(options) { gateway in
            func password(_ text: String?) -> ConnectParams {
                var params = ConnectParams.test(scopes: ["operator.read"], token: nil)
                params.auth.password = text
                return params
            }
            try await attempt(gateway, "right, with spaces around", &transcript) { _ in password(" open sesame ") }
            let device = try TestDevice(seed: 3)
            let now = gateway.time.nowMilliseconds
            try await attempt(gateway, "missing", &transcript) { try device.sign(password(nil), nonce: $0, at: now) }
            for number in 1...8 {
                try await attempt(gateway, "wrong \(number)", &transcript) { _ in password("no") }
            }
            try await attempt(gateway, "wrong, the tenth failure", &transcript) { _ in password("no") }
            try await attempt(gateway, "right, but locked out", &transcript) { _ in password("open sesame") }
        }
        expectGolden(transcript.text, "password.txt")
    }
}
