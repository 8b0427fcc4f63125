import ClawDaemon
import ClawSupport
import ClawTestKit
import Testing

struct LogFileTests {
    /// Until something is written today, what there is to read is the file of the day before.
    @Test func theNewestFileStandsInForThatOfToday() throws {
        let directory = try TemporaryDirectory("logs")
        let time = ManualTimeSource()
        let log = LogFile(path: nil, maximumBytes: 1000, time: time, environment: ["TMPDIR": directory.path])
        #expect(log.newestPath == log.path)
        log.append(Array("one\n".utf8))
        let first = log.path
        #expect(log.newestPath == first)
        time.advance(by: .seconds(36 * 3600))
        #expect(log.path != first && log.newestPath == first)
        log.append(Array("two\n".utf8))
        #expect(log.newestPath == log.path)
        let fixed = LogFile(
            path: "\(directory.path)/mine.log", maximumBytes: 1000, time: time, environment: ["TMPDIR": directory.path])
        #expect(fixed.newestPath == "\(directory.path)/mine.log")
    }
}
