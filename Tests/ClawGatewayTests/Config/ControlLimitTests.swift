import ClawProtocol
import ClawSupport
import ClawTestKit
import Testing

@testable import ClawGateway

/// S58: a flood of clients neither shuts others out nor gives anybody more calls.
struct ControlLimitTests {
    private func connection(_ device: String) -> ClientConnection {
        ClientConnection(
            id: "c", params: .test(), role: .operator, scopes: [.admin], deviceID: device, remote: .local,
            connectedAt: 0)
    }

    @Test func s58_manyClientsShutNobodyOut() throws {
        let limit = ControlLimit(time: ManualTimeSource())
        for _ in 0..<ControlLimit.calls { try limit.admit("config.patch", connection("locked")) }
        for number in 0..<(3 * ControlLimit.maxClients) { try limit.admit("config.patch", connection("d\(number)")) }
        // Who used up the calls did not get new ones by that.
        let error = #expect(throws: WireError.self) { try limit.admit("config.patch", connection("locked")) }
        #expect(error?.message == "rate limit exceeded for config.patch; retry after 60s")
    }

    @Test func s58_aTableOfLockedClientsTellsWhenTheFirstIsFree() throws {
        let time = ManualTimeSource()
        let limit = ControlLimit(time: time)
        for number in 0..<ControlLimit.maxClients {
            for _ in 0..<ControlLimit.calls { try limit.admit("config.patch", connection("d\(number)")) }
        }
        time.advance(by: .seconds(20))
        let error = #expect(throws: WireError.self) { try limit.admit("config.patch", connection("new")) }
        #expect(error?.retryAfter == 40_000)
        time.advance(by: .seconds(40))
        try limit.admit("config.patch", connection("new"))
    }
}
