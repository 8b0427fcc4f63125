import ClawTestKit
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct ChildProcessTests {
    /// Else a test's connection stays open for as long as a program that another test started beside it.
    @Test func aProgramInheritsNoDescriptorOfTheTests() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let directory = try TemporaryDirectory()
        let program = try ChildProcess("/bin/sleep", ["60"], outputPath: directory.path + "/output")
        close(ends[1])
        var byte: UInt8 = 0
        var waiting = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
        #expect(poll(&waiting, 1, 5_000) == 1)
        #expect(read(ends[0], &byte, 1) == 0)
        close(ends[0])
        #expect(program.isRunning)
        program.kill()
    }
}
