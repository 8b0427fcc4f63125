import ClawCore
import ClawProtocol
import ClawSupport
import Testing

struct FrameTests {
    @Test func requestFramesThatAreRefused() throws {
        let cases: [(String, String, String)] = [
            (
                "{}", "invalid",
                "must have required property 'type'; must have required property 'id'; "
                    + "must have required property 'method'"
            ),
            (#"{"type":"req","id":"7","method":""}"#, "7", "at /method: must NOT have fewer than 1 characters"),
            (#"{"type":"res","id":"7","method":"a"}"#, "7", "at /type: must be equal to constant"),
            (#"{"type":"req","id":"7","method":"a","x":1}"#, "7", "at root: unexpected property 'x'"),
            (#"{"type":"req","id":5,"method":"a"}"#, "invalid", "at /id: must be string"),
            (#"{"type":"req","id":"","method":"a"}"#, "invalid", "at /id: must NOT have fewer than 1 characters"),
            ("[1]", "invalid", "must be object"),
        ]
        for (json, id, text) in cases {
            let fault = #expect(throws: RequestFrame.Fault.self) {
                try RequestFrame(json: try JSONParser.parse(json))
            }
            #expect(fault?.id == id)
            #expect(fault?.text == text)
        }
    }

    @Test func requestWithoutParamsHasEmptyOnes() throws {
        let frame = try RequestFrame(json: ["type": "req", "id": "1", "method": "health"])
        #expect(frame == RequestFrame(id: "1", method: "health"))
        #expect(try RequestFrame(json: frame.json) == frame)
    }

    @Test func responseBytes() throws {
        let frame = ResponseFrame(id: "a\"b", payload: ["x": 1])
        #expect(frame.bytes == ResponseFrame.bytes(id: "a\"b", encodedPayload: Array(#"{"x":1}"#.utf8)))
        let failure = ResponseFrame(id: "1", error: WireError(.unavailable, "busy", retryable: true, retryAfter: 5))
        #expect(
            failure.json.text
                == #"{"type":"res","id":"1","ok":false,"error":{"code":"UNAVAILABLE","message":"busy","retryable":true,"retryAfterMs":5}}"#
        )
        #expect(ServerFrame(json: failure.json) == .response(failure))
    }

    @Test func eventBytes() {
        let event = EventFrame(
            .tick, payload: ["ts": 5], sequence: 3, stateVersion: StateVersion(presence: 2, health: 4))
        #expect(
            event.json.text
                == #"{"type":"event","event":"tick","payload":{"ts":5},"seq":3,"stateVersion":{"presence":2,"health":4}}"#
        )
        #expect(ServerFrame(json: event.json) == .event(event))
        #expect(ServerFrame(json: ["type": "req"]) == nil)
    }

    @Test func errorsMapToTheWireOnce() {
        struct Odd: Error {}
        #expect(
            WireError(ClawError(.invalidRequest, "unknown requestId")).json.text
                == #"{"code":"INVALID_REQUEST","message":"unknown requestId"}"#)
        #expect(
            WireError(ClawError(.storage, "Disk is full.", hint: "Free some.", retry: .after(.milliseconds(1500)))).json
                .text
                == #"{"code":"UNAVAILABLE","message":"Disk is full.","details":{"code":"storage","hint":"Free some."},"retryable":true,"retryAfterMs":1500}"#
        )
        #expect(WireError(ClawError(.notPaired, "pairing required")).code == .notPaired)
        #expect(WireError(any: Odd()) == WireError(.unavailable, "Odd: Odd()"))
    }

    @Test func closeReasonsAreCutAtACharacter() {
        #expect(CloseCode.truncate("slow consumer") == "slow consumer")
        let cut = CloseCode.truncate(String(repeating: "a", count: 119) + "é" + "b")
        #expect(cut == String(repeating: "a", count: 119))
    }
}
