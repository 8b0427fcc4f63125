import ClawCore
import ClawExec
import ClawTestKit
import FoundationEssentials
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct ProgramRunTests {
    private static let environment = ["PATH": "relative:/usr/bin:/bin", "GREETING": "hello"]

    private func run(_ program: String, _ arguments: String...) -> ProgramRun {
        var run = ProgramRun(program, arguments, environment: Self.environment)
        // Longer than a busy machine takes to start a program.
        run.timeout = .seconds(120)
        return run
    }

    @Test func codeAndBothOutputsComeBack() async throws {
        let result = try await run("sh", "-c", "echo $GREETING; echo wrong >&2; exit 3").result()
        #expect(result.code == 3)
        #expect(result.output == "hello\n")
        #expect(result.errors == "wrong\n")
        #expect(result.complaint == "wrong")
    }

    @Test func noShellReadsTheArguments() async throws {
        let result = try await run("printf", "%s|", "a b", "$GREETING", "; rm -rf x", "").result()
        #expect(result.output == "a b|$GREETING|; rm -rf x||")
    }

    @Test func nothingOfOurEnvironmentGoesAlong() async throws {
        let result = try await run("env").result()
        #expect(result.output.split(separator: "\n").sorted() == ["GREETING=hello", "PATH=relative:/usr/bin:/bin"])
    }

    @Test func aSignalIsNoCode() async throws {
        #expect(try await run("sh", "-c", "kill -9 $$").result().code == nil)
    }

    @Test func aProgramThatIsNotThereIsNamed() async throws {
        let error = try await #require(throws: ClawError.self) { try await run("no-such-program").result() }
        #expect(error.code == .notFound)
        #expect(error.message == "The program no-such-program is not installed.")
    }

    @Test func whatTakesTooLongIsEndedWithItsChildren() async throws {
        let directory = try TemporaryDirectory()
        var slow = run("sh", "-c", "sleep 300 & echo $! > \(directory.path)/child; wait")
        slow.timeout = .milliseconds(400)
        let error = try await #require(throws: ClawError.self) { try await slow.result() }
        #expect(error.code == .timeout)
        let child = try #require(directory.read("child")).filter(\.isNumber)
        // A process that has ended and waits to be reaped runs no more.
        let state = try await run("sh", "-c", "cut -d' ' -f3 /proc/\(child)/stat 2>/dev/null || true").result().output
        #expect(state == "" || state == "Z\n")
    }

    /// What left the session of its program keeps its output open, and holds nobody up: neither the answer of a program that
    /// ends, nor the end of the time of one that does not.
    @Test(arguments: ["echo done", "sleep 300"])
    func whatEscapesDoesNotHoldTheAnswerUp(_ end: String) async throws {
        let directory = try TemporaryDirectory()
        let child = "\(directory.path)/child"
        var run = run("sh", "-c", "setsid sh -c 'echo $$ > \(child); exec sleep 100' & \(end)")
        if end != "echo done" { run.timeout = .milliseconds(700) }
        let start = ContinuousClock.now
        do {
            let result = try await run.result()
            #expect(result.code == 0 && result.output == "done\n")
        } catch let error as ClawError {
            #expect(error.code == .timeout && end == "sleep 300")
        }
        #expect(start.duration(to: .now) < .seconds(60))
        while directory.read("child")?.last != "\n" { try await Task.sleep(for: .milliseconds(10)) }
        if let pid = directory.read("child").flatMap({ Int32($0.filter(\.isNumber)) }) { _ = kill(pid, SIGKILL) }
    }

    /// More than a pipe holds, at both outputs at one time.
    @Test func muchOutputComesWhole() async throws {
        let result = try await run("sh", "-c", "yes abcdefg | head -c 800000; yes x | head -c 300000 >&2").result()
        #expect(result.output.utf8.count == 800_000 && result.errors.utf8.count == 300_000)
        #expect(result.output.hasPrefix("abcdefg\nabcdefg\n") && result.code == 0)
    }

    @Test func aProgramReadsItsWholeInputAndThenItsEnd() async throws {
        for size in [1, 65_536, 300_000] {
            var reading = run("sh", "-c", "wc -c; pwd")
            reading.input = [UInt8](repeating: UInt8(ascii: "x"), count: size)
            reading.workingDirectory = "/usr"
            #expect(try await reading.result().output == "\(size)\n/usr\n")
        }
        #expect(try await run("wc", "-c").result().output == "0\n")
    }

    @Test func aProgramNeedNotReadItsInput() async throws {
        for _ in 0..<20 {
            var deaf = run("true")
            deaf.input = [UInt8](repeating: UInt8(ascii: "x"), count: 300_000)
            #expect(try await deaf.result().code == 0)
            deaf.program = "sh"
            deaf.arguments = ["-c", "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaa"]
            deaf.outputLimit = 4
            let error = await #expect(throws: ClawError.self) { try await deaf.result() }
            #expect(error?.code == .unavailable)
        }
    }

    @Test func moreInputThanAPipeHoldsIsRefused() async throws {
        var reading = run("wc", "-c")
        reading.input = [UInt8](repeating: UInt8(ascii: "x"), count: 2 << 20)
        let error = await #expect(throws: ClawError.self) { try await reading.result() }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message == "A program cannot be given 2097152 bytes at one time.")
        let folder = try TemporaryDirectory("input")
        reading.temporaryDirectory = folder.path
        #expect(try await reading.result().output == "2097152\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func outputWithoutEndIsAFault() async throws {
        var loud = run("sh", "-c", "while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaa; done")
        loud.outputLimit = 4096
        let error = try await #require(throws: ClawError.self) { try await loud.result() }
        #expect(error.code == .unavailable)
    }
}
