import ClawConfig
import ClawSupport
import ClawTestKit
import Testing

@testable import ClawDaemon

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Secrets that the configuration only refers to.
@Suite(.timeLimit(.minutes(10))) struct SecretResolutionTests {
    /// An installation with one provider.
    private struct House {
        let home: TemporaryDirectory
        let file: ConfigFile

        init(_ provider: String, id: String, source: String, environment: [String: String] = [:]) throws {
            home = try TemporaryDirectory("secrets")
            let provider = provider.replacing("@", with: home.path)
            try home.write(
                "{secrets: {providers: {v: \(provider)}}, models: {providers: {x: {baseUrl: 'http://h', apiKey: "
                    + "{source: '\(source)', provider: 'v', id: '\(id)'}}}}}",
                to: ".openclaw/openclaw.json")
            file = try ConfigFile.locate(
                environment: environment.merging(["HOME": home.path]) { $1 }, workingDirectory: home.path)
        }

        func write(_ text: String, to name: String, mode: mode_t = 0o600) throws {
            try home.write(text, to: name)
            #expect(chmod("\(home.path)/\(name)", mode) == 0)
        }

        /// The secret, or why there is none.
        func take() async throws -> String {
            let snapshot = file.inspect()
            if let issue = snapshot.issues.first { return "\(issue.path): \(issue.message)" }
            let secrets = await SecretResolution.take(snapshot, in: file.location)
            if let failure = secrets.failures.first {
                #expect(secrets.failures.count == 1 && secrets.problem != nil)
                return failure.fault.reason.replacing(home.path, with: "@")
            }
            let used = snapshot.using(secrets.values)
            #expect(used.configuration.effective == snapshot.configuration.effective)
            return used.configuration.models.providers.first?.apiKey?.value?.reveal() ?? "none"
        }
    }

    @Test(arguments: [
        (#"{"a":{"b":"sk-1"}}"#, "/a/b", "sk-1"), (#"{"a/b":{"c~d":"sk-2"}}"#, "/a~1b/c~0d", "sk-2"),
        (#"{"l":["x","sk-3"]}"#, "/l/1", "sk-3"), (#"{"l":["x"]}"#, "/l/01", "Nothing stands in the file at this id."),
        (#"{"a":5}"#, "/a", "What stands in the file at this id is no text, or empty."),
        (#"{"a":"x"}"#, "/b", "Nothing stands in the file at this id."),
        (#"{"a":"x"}"#, "value", "A file of JSON needs a JSON pointer such as /name as id."),
        (#"{"a":"sk-secret""#, "/a", "@/s.json holds no JSON object."),
    ])
    func aJSONFileGivesWhatItsPointerNames(_ text: String, _ id: String, _ expected: String) async throws {
        let house = try House("{source: 'file', path: '@/s.json'}", id: id, source: "file")
        try house.write(text, to: "s.json")
        #expect(try await house.take() == expected)
    }

    @Test func aFileOfOneValueIsTakenWithoutItsLineEnd() async throws {
        let house = try House(
            "{source: 'file', path: '~/s', mode: 'singleValue', maxBytes: 20}", id: "value", source: "file")
        #expect(try await house.take() == "@/s does not exist.")
        try house.write("sk-one\n", to: "s")
        #expect(try await house.take() == "sk-one")
        try house.write("sk-one-that-is-too-long-for-it\n", to: "s")
        #expect(try await house.take() == "@/s is larger than maxBytes.")
    }

    /// Reading may hang where the file lies; then it ends in its time, and other files can be read.
    @Test func aFileThatHangsIsGivenUp() async throws {
        let house = try House(
            "{source: 'file', path: '@/s', mode: 'singleValue', timeoutMs: 50}", id: "value", source: "file")
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        let files = SecretFileReading { _ throws(SecretFault) in
            var byte: UInt8 = 0
            _ = read(reading, &byte, 1)
            throw SecretFault("It came too late.")
        }
        let secrets = house.file.inspect().configuration.secrets
        let reference = try #require(SecretReference(["source": "file", "provider": "v", "id": "value"]))
        for _ in 0..<SecretFileReading.maxReadings {
            let answer = await SecretQuery("v", [reference], secrets, [:], files: files).answer()
            #expect(answer.values.map(Self.fault) == ["\(house.home.path)/s could not be read in time."])
        }
        // Each left a thread behind, so there are no more of them.
        let refused = await SecretQuery("v", [reference], secrets, [:], files: files).answer()
        #expect(refused.values.map(Self.fault) == ["\(house.home.path)/s hangs; earlier readings have not ended."])
        let other = try House("{source: 'file', path: '@/s', mode: 'singleValue'}", id: "value", source: "file")
        try other.write("sk-one", to: "s")
        #expect(try await other.take() == "sk-one")
        close(writing)
        while await SecretQuery("v", [reference], secrets, [:], files: files).answer().values.map(Self.fault)
            != ["It came too late."]
        {}
        close(reading)
    }

    private static func fault(_ result: Result<Redacted, SecretFault>) -> String {
        if case .failure(let fault) = result { fault.reason } else { "a secret" }
    }

    @Test func aFileThatOthersCouldReadOrReplaceIsRefused() async throws {
        let house = try House("{source: 'file', path: '@/d/s', mode: 'singleValue'}", id: "value", source: "file")
        try house.write("sk-one", to: "d/s", mode: 0o640)
        #expect(try await house.take() == "Others can read @/d/s, or it belongs to another user: chmod 600 it.")
        try house.write("sk-one", to: "d/s", mode: 0o602)
        #expect(try await house.take() == "Others may write to @/d/s.")
        try house.write("sk-one", to: "d/s")
        #expect(chmod("\(house.home.path)/d", 0o777) == 0)
        #expect(try await house.take() == "Others may write to @/d.")
        #expect(chmod("\(house.home.path)/d", 0o755) == 0)
        #expect(link("\(house.home.path)/d/s", "\(house.home.path)/d/other") == 0)
        #expect(try await house.take() == "@/d/s has several names (hard links).")
    }

    private static let answering = """
        #!/bin/sh
        read question
        echo "$question" > @/question
        env > @/environment
        pwd >> @/environment
        echo '{"protocolVersion":1,"values":{"team/key":"sk-exec"}}'

        """

    private func program(
        _ text: String, _ extra: String = "", id: String = "team/key", mode: mode_t = 0o700, timeout: Int = 60_000
    ) throws -> House {
        let house = try House(
            "{source: 'exec', command: '@/ask', args: ['$HOME; id'], timeoutMs: \(timeout)\(extra)}", id: id,
            source: "exec",
            environment: ["PASSED": "yes", "KEPT": "no"])
        try house.write(text.replacing("@", with: house.home.path), to: "ask", mode: mode)
        return house
    }

    @Test func aProgramIsAskedWithoutAShellAndWithAnEmptyEnvironment() async throws {
        let house = try program(Self.answering, ", passEnv: ['PASSED'], env: {GIVEN: 'too'}")
        #expect(try await house.take() == "sk-exec")
        #expect(house.home.read("question") == #"{"protocolVersion":1,"provider":"v","ids":["team/key"]}"# + "\n")
        let environment = try #require(house.home.read("environment")).split(separator: "\n").filter {
            !$0.hasPrefix("_=") && !$0.hasPrefix("PWD=")  // the shell's own
        }
        #expect(environment.sorted() == ["/", "GIVEN=too", "PASSED=yes"])
    }

    /// What a program says may be a secret, also where it is wrong.
    @Test(arguments: [
        ("echo sk-leak; echo sk-leak >&2; exit 3", "@/ask ended with code 3."),
        ("kill -9 $$", "@/ask was ended by a signal."),
        ("echo sk-leak", "The program's answer is not {\"protocolVersion\":1,\"values\":{…}}."),
        (
            #"echo '{"protocolVersion":2,"values":{"team/key":"sk-leak"}}'"#,
            "The program's answer is not {\"protocolVersion\":1,\"values\":{…}}."
        ),
        (#"echo '{"protocolVersion":1,"values":{"other":"sk-leak"}}'"#, "The program gave no text for this id."),
        (
            #"echo '{"protocolVersion":1,"values":{},"errors":{"team/key":{"message":"sk-leak"}}}'"#,
            "The program reports an error for this id."
        ),
        ("exec sleep 60", "@/ask did not answer in time."),
        (
            "while :; do echo sk-leak-sk-leak-sk-leak; done",
            "@/ask could not be run, or answered with more than maxOutputBytes."
        ),
    ])
    func aProgramThatFailsIsToldWithoutItsWords(_ body: String, _ expected: String) async throws {
        let house = try program(
            "#!/bin/sh\n\(body)\n", ", maxOutputBytes: 2000", timeout: body.contains("sleep") ? 700 : 60_000)
        #expect(try await house.take() == expected)
    }

    @Test func plainTextCountsOnlyWhereItMay() async throws {
        #expect(try await program("#!/bin/sh\necho sk-raw\n", ", jsonOnly: false", id: "value").take() == "sk-raw")
        #expect(
            try await program("#!/bin/sh\necho sk-raw\n", ", jsonOnly: false").take()
                == "The program's answer is plain text, which can stand for the id \"value\" alone.")
    }

    @Test func aProgramThatOthersCouldHavePutThereIsNotRun() async throws {
        #expect(try await program(Self.answering, mode: 0o772).take() == "Others may write to @/ask.")
        #expect(try await program(Self.answering, ", allowInsecurePath: true", mode: 0o772).take() == "sk-exec")
        #expect(
            try await program(Self.answering, ", trustedDirs: ['/usr/bin']").take()
                == "@/ask does not lie in trustedDirs.")
        #expect(try await program(Self.answering, ", trustedDirs: ['@']").take() == "sk-exec")
        for (extra, expected) in [("", "@/ask is a symbolic link."), (", allowSymlinkCommand: true", "sk-exec")] {
            let house = try program(Self.answering, extra)
            #expect(rename("\(house.home.path)/ask", "\(house.home.path)/real") == 0)
            #expect(symlink("\(house.home.path)/real", "\(house.home.path)/ask") == 0)
            #expect(try await house.take() == expected)
        }
    }

    @Test func whatTheConfigurationItselfForbidsIsAnIssue() async throws {
        let relative = try House("{source: 'exec', command: 'ask'}", id: "k", source: "exec")
        #expect(
            try await relative.take()
                == "secrets.providers.v.command: It must be an absolute path, since source is exec.")
        let other = try House("{source: 'exec', command: '/bin/true'}", id: "/k", source: "file")
        #expect(
            try await other.take()
                == "models.providers.x.apiKey: There is no provider v of source file in secrets.providers.")
        let listed = try House(
            "{source: 'env', allowlist: ['OTHER']}", id: "KEY", source: "env", environment: ["KEY": "sk"])
        #expect(try await listed.take() == "models.providers.x.apiKey: The provider's allowlist does not hold KEY.")
        let allowed = try House(
            "{source: 'env', allowlist: ['KEY']}", id: "KEY", source: "env", environment: ["KEY": "sk"])
        #expect(try await allowed.take() == "sk")
    }

    @Test func whatIsSwitchedOffIsNotAsked() async throws {
        let home = try TemporaryDirectory("secrets")
        try home.write(
            """
            {secrets: {providers: {v: {source: 'file', path: '/nowhere'}}},
             channels: {irc: {enabled: false, password: {source: 'file', provider: 'v', id: '/a'}},
                        telegram: {botToken: {source: 'file', provider: 'v', id: '/b'}}}}
            """, to: ".openclaw/openclaw.json")
        let file = try ConfigFile.locate(environment: ["HOME": home.path], workingDirectory: home.path)
        let secrets = await SecretResolution.take(file.inspect(), in: file.location)
        #expect(secrets.failures.isEmpty)
        #expect(secrets.ignored == ["channels.irc.password", "channels.telegram.botToken"])
    }

    /// S52: neither a secret nor what a reference leads to is in what `config.get` shows.
    @Test func s52_aTakenSecretIsNotShown() async throws {
        let house = try House(
            "{source: 'file', path: '@/s', mode: 'singleValue'} /* sk-taken-secret */", id: "value", source: "file")
        try house.write("sk-taken-secret", to: "s")
        let snapshot = house.file.inspect()
        let secrets = await SecretResolution.take(snapshot, in: house.file.location)
        let shown = JSONValue.object(snapshot.using(secrets.values).redactedJSON).text
        #expect(!shown.contains("sk-taken-secret"))
        #expect(shown.contains(#""apiKey":{"source":"file","provider":"v","id":"value"}"#))
        #expect(!"\(secrets)".contains("sk-taken-secret"))
    }
}
