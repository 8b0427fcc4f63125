import ClawConfig
import ClawCore
import ClawTestKit
import Testing

struct ConfigLocationTests {
    private func resolve(_ environment: [String: String]) throws -> ConfigLocation {
        try ConfigLocation.resolve(environment: environment, workingDirectory: "/srv")
    }

    @Test func `The environment decides`() throws {
        let cases: [([String: String], home: String, state: String, config: String, workspace: String)] = [
            (
                ["HOME": "/no/h"], "/no/h", "/no/h/.openclaw", "/no/h/.openclaw/openclaw.json",
                "/no/h/.openclaw/workspace"
            ),
            (
                ["HOME": "/no/h", "OPENCLAW_HOME": "~/x/"], "/no/h/x", "/no/h/x/.openclaw",
                "/no/h/x/.openclaw/openclaw.json", "/no/h/x/.openclaw/workspace"
            ),
            (
                ["USERPROFILE": "/no/u", "HOME": " "], "/no/u", "/no/u/.openclaw", "/no/u/.openclaw/openclaw.json",
                "/no/u/.openclaw/workspace"
            ),
            (
                ["HOME": "/no/h", "OPENCLAW_STATE_DIR": "~/s"], "/no/h", "/no/h/s", "/no/h/s/openclaw.json",
                "/no/h/.openclaw/workspace"
            ),
            (
                ["HOME": "/no/h", "OPENCLAW_STATE_DIR": "../s"], "/no/h", "/s", "/s/openclaw.json",
                "/no/h/.openclaw/workspace"
            ),
            (
                ["HOME": "/no/h", "CLAWDBOT_STATE_DIR": "/no/c"], "/no/h", "/no/c", "/no/c/openclaw.json",
                "/no/h/.openclaw/workspace"
            ),
            (
                [
                    "HOME": "/no/h", "OPENCLAW_STATE_DIR": "/no/s", "OPENCLAW_CONFIG_PATH": "c.json",
                    "OPENCLAW_PROFILE": "dev",
                ],
                "/no/h", "/no/s", "/srv/c.json", "/no/h/.openclaw/workspace-dev"
            ),
            (
                ["HOME": "/no/h", "CLAWDBOT_CONFIG_PATH": "~/c.json", "OPENCLAW_PROFILE": "default"], "/no/h",
                "/no/h/.openclaw",
                "/no/h/c.json", "/no/h/.openclaw/workspace"
            ),
        ]
        for (environment, home, state, config, workspace) in cases {
            let expected = ConfigLocation(
                homeDirectory: home, stateDirectory: state, configPath: config, defaultWorkspace: workspace)
            #expect(try resolve(environment) == expected)
        }
    }

    @Test func `No home directory is an error with a way out`() {
        let error = #expect(throws: ClawError.self) { try resolve([:]) }
        #expect(error?.code == .configInvalid)
        #expect(error?.message == "There is no home directory to look for the configuration in.")
        #expect(error?.hint == "Set HOME, or OPENCLAW_HOME to the directory to use.")
    }

    @Test func `Directories and files of earlier names are found`() throws {
        let home = try TemporaryDirectory()
        try home.write("{}", to: ".moltbot/moltbot.json")
        var location = try resolve(["HOME": home.path])
        #expect(location.stateDirectory == "\(home.path)/.moltbot")
        #expect(location.configPath == "\(home.path)/.moltbot/moltbot.json")
        try home.write("{}", to: ".clawdbot/clawdbot.json")
        location = try resolve(["HOME": home.path])
        #expect(location.stateDirectory == "\(home.path)/.clawdbot")
        #expect(location.configPath == "\(home.path)/.clawdbot/clawdbot.json")
        try home.write("", to: ".openclaw/other")
        location = try resolve(["HOME": home.path])
        #expect(location.stateDirectory == "\(home.path)/.openclaw")
        #expect(location.configPath == "\(home.path)/.clawdbot/clawdbot.json")
        try home.write("{}", to: ".openclaw/moldbot.json")
        #expect(try resolve(["HOME": home.path]).configPath == "\(home.path)/.openclaw/moldbot.json")
        try home.write("{}", to: ".openclaw/openclaw.json")
        #expect(try resolve(["HOME": home.path]).configPath == "\(home.path)/.openclaw/openclaw.json")
    }

    @Test func `An explicit state directory is not left for another`() throws {
        let home = try TemporaryDirectory()
        try home.write("{}", to: ".openclaw/openclaw.json")
        let environment = ["HOME": home.path, "OPENCLAW_STATE_DIR": "\(home.path)/side"]
        #expect(try resolve(environment).configPath == "\(home.path)/side/openclaw.json")
        try home.write("{}", to: "side/clawdbot.json")
        #expect(try resolve(environment).configPath == "\(home.path)/side/clawdbot.json")
    }
}
