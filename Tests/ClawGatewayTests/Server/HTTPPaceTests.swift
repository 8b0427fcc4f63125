import ClawGateway
import NIOCore
import Testing

struct HTTPPaceTests {
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private var limits: HTTPPace.Limits {
        var limits = HTTPPace.Limits()
        limits.idle = .seconds(30)
        limits.stall = .seconds(20)
        limits.lastStall = .seconds(1)
        return limits
    }

    private func at(_ seconds: Int64) -> NIODeadline { Self.start + .seconds(seconds) }

    @Test func whoAsksNothingIsClosed() {
        var pace = HTTPPace(limits, now: at(0))
        #expect(pace.firstLook == at(30))
        #expect(pace.look(now: at(29), unsent: 0) == .lookAgain(at(30)))
        pace.requestBegan(now: at(29))
        pace.requestEnded()
        #expect(pace.answerLeft(now: at(29)) == false)
        #expect(pace.look(now: at(30), unsent: 0) == .lookAgain(at(59)))
        #expect(pace.look(now: at(59), unsent: 0) == .close)
    }

    @Test func aRequestThatStopsComingIsClosedAndOneThatIsWorkedOnIsNot() {
        var pace = HTTPPace(limits, now: at(0))
        pace.requestBegan(now: at(5))
        pace.requestGoesOn(now: at(10))
        #expect(pace.look(now: at(30), unsent: 0) == .lookAgain(at(40)))
        var stuck = pace
        #expect(stuck.look(now: at(40), unsent: 0) == .close)
        pace.requestEnded()
        #expect(pace.look(now: at(40), unsent: 0) == .lookAgain(at(70)))
        #expect(pace.look(now: at(7000), unsent: 0) == .lookAgain(at(7030)))
    }

    @Test func whoTakesNothingOfAnAnswerIsClosed() {
        var pace = HTTPPace(limits, now: at(0))
        pace.requestBegan(now: at(0))
        pace.requestEnded()
        pace.answerBegan(now: at(25))
        pace.wrote(1000)
        // Part of it has left, then a little more, then nothing.
        #expect(pace.look(now: at(30), unsent: 900) == .lookAgain(at(50)))
        #expect(pace.look(now: at(50), unsent: 890) == .lookAgain(at(70)))
        #expect(pace.look(now: at(70), unsent: 890) == .close)
    }

    @Test func moreThatIsWrittenIsNoProgressOfTheOtherEnd() {
        var pace = HTTPPace(limits, now: at(0))
        pace.requestBegan(now: at(0))
        pace.requestEnded()
        pace.answerBegan(now: at(0))
        pace.wrote(1000)
        #expect(pace.look(now: at(10), unsent: 900) == .lookAgain(at(30)))
        pace.wrote(500)
        // 500 more and the framing of it.
        #expect(pace.look(now: at(30), unsent: 1410) == .close)
    }

    @Test func theEndOfTheProcessWaitsForAnswersOnly() {
        var idle = HTTPPace(limits, now: at(0))
        #expect(idle.end(now: at(1)) == .close)

        var working = HTTPPace(limits, now: at(0))
        working.requestBegan(now: at(0))
        working.requestEnded()
        #expect(working.end(now: at(10)) == .lookAgain(at(11)))
        #expect(working.look(now: at(11), unsent: 0) == .lookAgain(at(12)))
        working.answerBegan(now: at(12))
        working.wrote(1000)
        var stalled = working
        #expect(stalled.look(now: at(12), unsent: 1000) == .lookAgain(at(13)))
        #expect(stalled.look(now: at(13), unsent: 1000) == .close)
        #expect(working.answerLeft(now: at(12)) == true)
    }

    @Test func theLastOfSeveralAnswersEndsIt() {
        var pace = HTTPPace(limits, now: at(0))
        for _ in 0..<2 {
            pace.requestBegan(now: at(0))
            pace.requestEnded()
        }
        _ = pace.end(now: at(1))
        #expect(pace.answerLeft(now: at(1)) == false)
        #expect(pace.answerLeft(now: at(1)) == true)
    }
}
