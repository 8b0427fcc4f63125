import ClawGateway
import ClawSupport
import ClawTestKit
import Testing

@testable import ClawDaemon

struct RestartControllerTests {
    private func wish(_ delay: Int) -> RestartRequest { RestartRequest(kind: .configPatch, delayMilliseconds: delay) }

    /// The author of a change says when its restart shall be, sooner or later than the usual.
    @Test(arguments: [0, 60, 500, 9000]) func aWishMovesTheRestartOfItsOwnChange(_ delay: Int) {
        let time = ManualTimeSource()
        let restarts = RestartController(time: time)
        restarts.ask(delay: 500, reason: "config", awaitsWish: true)
        #expect(restarts.pending(wish(delay))?["delayMs"] == .int(delay))
        #expect(restarts.due == time.nowMilliseconds + Int64(delay))
    }

    @Test func noWishPutsOffARestartThatWasDue() {
        let time = ManualTimeSource()
        let restarts = RestartController(time: time)
        let first = time.nowMilliseconds + 3000
        restarts.ask(delay: 3000, reason: "restart")
        restarts.ask(delay: 500, reason: "config", awaitsWish: true)
        let answer = restarts.pending(wish(60_000))
        #expect(answer?["coalesced"] == true && answer?["delayMs"] == 3000, "\(String(describing: answer))")
        #expect(restarts.due == first)
        // Nor does a change that needs none.
        #expect(restarts.pending(wish(60_000))?["coalesced"] == true)
        #expect(restarts.due == first)
        // Sooner is possible.
        #expect(restarts.pending(wish(100))?["delayMs"] == 100)
        #expect(restarts.due == time.nowMilliseconds + 100)
    }

    @Test func aChangeThatNeedsNoneHasNone() {
        let restarts = RestartController(time: ManualTimeSource())
        #expect(restarts.pending(wish(0)) == nil)
        #expect(restarts.due == nil)
    }
}
