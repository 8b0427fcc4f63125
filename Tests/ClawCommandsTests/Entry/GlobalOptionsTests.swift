import ClawCommands
import ClawCore
import Testing

struct GlobalOptionsTests {
    @Test func optionsAreTakenFromAnyPlace() throws {
        let (options, rest) = try GlobalOptions.extract(from: [
            "--profile", "work", "status", "--no-color", "--json", "--log-level=debug",
        ])
        var expected = GlobalOptions()
        expected.profile = "work"
        expected.allowsColour = false
        expected.logLevel = "debug"
        #expect(options == expected)
        #expect(rest == ["status", "--json"])
    }

    @Test func whatFollowsTwoDashesIsLeftAlone() throws {
        let (options, rest) = try GlobalOptions.extract(from: ["config", "set", "a", "--", "--dev"])
        #expect(options == GlobalOptions())
        #expect(rest == ["config", "set", "a", "--", "--dev"])
    }

    @Test(arguments: [
        (["--profile"], "--profile needs a value."), (["--profile", "--json"], "--profile needs a value."),
        (["--profile", "a/b"], "\"a/b\" is no profile name."), (["--profile="], "\"\" is no profile name."),
        (["--log-level", "loud"], "\"loud\" is no log level."),
        (["--dev", "--profile", "a"], "--dev and --profile exclude each other."),
    ])
    func wrongValuesAreNamed(_ words: [String], _ message: String) throws {
        let error = try #require(throws: ClawError.self) { try GlobalOptions.extract(from: words) }
        #expect(error.message == message)
        #expect(error.hint != nil)
    }

    @Test func aProfileMovesStateAndConfiguration() {
        var options = GlobalOptions()
        options.profile = "work"
        #expect(
            options.applied(to: ["A": "1"]) == [
                "A": "1", "OPENCLAW_PROFILE": "work", "OPENCLAW_STATE_DIR": "~/.openclaw-work",
                "OPENCLAW_CONFIG_PATH": "~/.openclaw-work/openclaw.json",
            ])
        options.profile = "default"
        #expect(options.applied(to: [:])["OPENCLAW_STATE_DIR"] == "~/.openclaw")
    }

    @Test func theEnvironmentWins() {
        var options = GlobalOptions()
        options.isDevelopment = true
        #expect(
            options.applied(to: ["OPENCLAW_STATE_DIR": "/s", "OPENCLAW_GATEWAY_PORT": "5"]) == [
                "OPENCLAW_PROFILE": "dev", "OPENCLAW_STATE_DIR": "/s", "OPENCLAW_CONFIG_PATH": "/s/openclaw.json",
                "OPENCLAW_GATEWAY_PORT": "5",
            ])
        #expect(options.applied(to: [:])["OPENCLAW_GATEWAY_PORT"] == "19001")
    }
}
