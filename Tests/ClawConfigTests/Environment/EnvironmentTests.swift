import ClawConfig
import ClawCore
import ClawSupport
import ClawTestKit
import Testing

struct EnvironmentTests {
    @Test func `Lines of an env file are read in their forms`() {
        let text = """
            # comment
            PLAIN=value
            export EXPORTED = spaced value \t
            EMPTY=
            COMMENTED=a#b # rest
            SINGLE='a $b \\n #c' # rest
            DOUBLE="line\\nnext \\"q\\" \\\\ \\d"
            MULTI="one
            two"
            BACK=`x`
            OPEN="no end
            not an assignment
            1BAD=x
            BAD-NAME=x
            =x
            CRLF=x\r
            LAST=end
            """
        let expected: [(String, String)] = [
            ("PLAIN", "value"), ("EXPORTED", "spaced value"), ("EMPTY", ""), ("COMMENTED", "a#b"),
            ("SINGLE", "a $b \\n #c"), ("DOUBLE", "line\nnext \"q\" \\ \\d"), ("MULTI", "one\ntwo"), ("BACK", "x"),
            ("OPEN", "\"no end"), ("CRLF", "x"), ("LAST", "end"),
        ]
        let read = DotEnvFile.parse(text)
        #expect(read.map(\.name) == expected.map(\.0))
        #expect(read.map(\.value) == expected.map(\.1))
    }

    @Test func `The process wins, then the working directory, then the state, then the block`() throws {
        let home = try TemporaryDirectory()
        try home.write("A=cwd\nB=cwd\nC=cwd\nOPENCLAW_STATE_DIR=/elsewhere\nLD_PRELOAD=/x.so\n", to: "project/.env")
        try home.write("B=state\nC=state\nD=state\nE=state\n", to: ".openclaw/.env")
        try home.write(
            """
            { env: { vars: { D: "vars", E: "vars", F: "vars", PATHS: "${C}" }, F: "inline", G: "inline", NODE_OPTIONS: "x", n: 1,
                     bash_env: "x", shellEnv: { enabled: true } } }
            """, to: ".openclaw/openclaw.json")
        let file = try ConfigFile.locate(
            environment: ["HOME": home.path, "A": "process", "B": "", "E": ""], workingDirectory: "\(home.path)/project"
        )
        let snapshot = try file.load()
        var environment = snapshot.environment
        environment["HOME"] = nil
        #expect(
            environment
                == [
                    "A": "process", "B": "cwd", "C": "cwd", "D": "state", "E": "state", "F": "inline", "G": "inline",
                    "PATHS": "${C}",
                ])
        #expect(snapshot.unread == ["env.shellEnv"])
        #expect(snapshot.warnings.map(\.path) == ["env.n"])
    }

    @Test func `An unset variable names itself and its place`() throws {
        let home = try ConfigHome(
            "{\n  channels: {\n    irc: { allowFrom: ['a', '${NOBODY}'] } },\n}", environment: ["EMPTY": ""])
        let error = #expect(throws: ClawError.self) { try home.load() }
        #expect(error?.code == .configInvalid)
        #expect(
            error.map { home.neutral($0.description) }
                == "HOME/.openclaw/openclaw.json:3:29: channels.irc.allowFrom[1]: The environment variable NOBODY that it names "
                + "is not set. Set NOBODY, for example in HOME/.openclaw/.env, or write $${NOBODY} for the text itself. "
                + "Then check it with: openclaw config validate")
        try home.write("{ messages: { responsePrefix: '${EMPTY}' } }")
        #expect(throws: ClawError.self) { try home.load() }
    }

    @Test func `A provider's key may be missing`() throws {
        let home = try ConfigHome(
            """
            { models: { providers: {
              one: { apiKey: "${ONE_KEY}" }, two: { apiKey: "${TWO_KEY}" },
              three: { apiKey: { source: "env", provider: "default", id: "ONE_KEY" } }, four: { apiKey: "plain" },
              five: { apiKey: { source: "env", id: "TWO_KEY" } },
            } } }
            """, environment: ["ONE_KEY": "secret-one"])
        let snapshot = try home.load()
        #expect(snapshot.issues.isEmpty && snapshot.warnings.isEmpty)
        let keys = snapshot.configuration.models.providers.map(\.apiKey)
        #expect(keys.map { $0?.value?.reveal() } == ["secret-one", nil, "secret-one", "plain", nil])
        #expect(keys.map { $0?.variable } == [nil, "TWO_KEY", "ONE_KEY", nil, "TWO_KEY"])
    }

    @Test func `Other secrets and half references must resolve`() throws {
        let home = try ConfigHome("{ models: { providers: { one: { apiKey: 'x${NONE}' } } } }")
        #expect(home.inspect().issues.map(\.path) == ["models.providers.one.apiKey"])
        try home.write("{ gateway: { auth: { token: '${NONE}' } } }")
        #expect(home.inspect().issues.map(\.path) == ["gateway.auth.token"])
        try home.write("{ gateway: { auth: { mode: 'password', password: '${NONE}' } } }")
        #expect(
            home.inspect().issues.map(\.message) == ["The environment variable NONE that it names is not set."])
        try home.write("{ models: { providers: { one: { apiKey: { source: 'exec', provider: 'x', id: 'y' } } } } }")
        #expect(
            home.inspect().issues.map(\.message) == ["There is no provider x of source exec in secrets.providers."])
    }
}
