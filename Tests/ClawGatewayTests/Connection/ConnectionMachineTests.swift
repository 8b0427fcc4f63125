import ClawGateway
import ClawProtocol
import ClawSupport
import Testing

struct ConnectionMachineTests {
    private let connect = RequestFrame(id: "1", method: "connect", params: ConnectParams.test().json).json.bytes

    private func open() throws -> ConnectionMachine {
        var machine = ConnectionMachine()
        #expect(machine.receive(connect) == [.startHandshake(id: "1", .test())])
        let isOpen = machine.accept()
        #expect(isOpen)
        return machine
    }

    @Test func malformedJSON() throws {
        var machine = ConnectionMachine()
        #expect(machine.receive(Array("{".utf8)) == [.close(.normal, "")])
        #expect(machine.receive(connect) == [])
        var opened = try open()
        #expect(opened.receive(Array("{".utf8)) == [])
        #expect(opened.state == .open)
    }

    @Test func invalidFramesAfterTheHandshakeAreAnswered() throws {
        var machine = try open()
        let actions = machine.receive(Array(#"{"type":"req","id":"9","method":"a","x":1}"#.utf8))
        let text = "invalid request frame: at root: unexpected property 'x'"
        #expect(actions == [.respond(ResponseFrame(id: "9", error: WireError(.invalidRequest, text)))])
        #expect(machine.state == .open)
    }

    @Test func nothingMayComeBeforeTheHello() {
        var machine = ConnectionMachine()
        _ = machine.receive(connect)
        let text = "invalid handshake: first request must be connect"
        let request = RequestFrame(id: "2", method: "chat.send").json.bytes
        #expect(
            machine.receive(request) == [
                .respond(ResponseFrame(id: "2", error: WireError(.invalidRequest, text))),
                .close(.policyViolation, text),
            ])
        let isOpen = machine.accept()
        #expect(!isOpen)
    }

    @Test func deadline() throws {
        var machine = ConnectionMachine()
        #expect(machine.handshakeDeadline() == [.close(.normal, "")])
        #expect(machine.handshakeDeadline() == [])
        var opened = try open()
        #expect(opened.handshakeDeadline() == [])
    }

    @Test func repeatedUnauthorizedCallsEndTheConnection() throws {
        var machine = try open()
        for _ in 1...10 { #expect(machine.responded(isUnauthorizedRole: true) == []) }
        #expect(machine.responded(isUnauthorizedRole: false) == [])
        for _ in 1...10 { #expect(machine.responded(isUnauthorizedRole: true) == []) }
        #expect(
            machine.responded(isUnauthorizedRole: true) == [.close(.policyViolation, "repeated unauthorized calls")])
    }

    @Test func refusalAnswersAndCloses() {
        var machine = ConnectionMachine()
        _ = machine.receive(connect)
        let error = WireError(.notPaired, "pairing required")
        #expect(
            machine.refuse("1", HandshakeRefusal(error)) == [
                .respond(ResponseFrame(id: "1", error: error)), .close(.policyViolation, "pairing required"),
            ])
        #expect(machine.refuse("1", HandshakeRefusal(error)) == [])
    }
}
