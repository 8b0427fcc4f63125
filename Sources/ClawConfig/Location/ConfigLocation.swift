package import ClawCore

/// Where the configuration and the state live, found from environment variables alone.
package struct ConfigLocation: Sendable, Hashable {
    /// `OPENCLAW_HOME`, else `HOME`, else `USERPROFILE`.
    package let homeDirectory: String
    package let stateDirectory: String
    package let configPath: String
    /// Where the default agent works unless the configuration names another place.
    package let defaultWorkspace: String

    package init(homeDirectory: String, stateDirectory: String, configPath: String, defaultWorkspace: String) {
        self.homeDirectory = homeDirectory
        self.stateDirectory = stateDirectory
        self.configPath = configPath
        self.defaultWorkspace = defaultWorkspace
    }

    /// The copy of the last configuration that was read without a fault.
    package var lastGoodPath: String { "\(stateDirectory)/openclaw.json.last-good" }

    /// One line for each write of the configuration.
    package var auditPath: String { "\(stateDirectory)/logs/config-audit.jsonl" }

    private static let directoryNames = [".openclaw", ".clawdbot", ".moldbot", ".moltbot"]
    private static let fileNames = ["openclaw.json", "clawdbot.json", "moldbot.json", "moltbot.json"]

    /// Reads `OPENCLAW_STATE_DIR`, `OPENCLAW_CONFIG_PATH`, `OPENCLAW_HOME`, `OPENCLAW_PROFILE`, `HOME` and the names that
    /// earlier versions used. Relative paths start at `workingDirectory`. Throws when there is no home directory.
    package static func resolve(
        environment: [String: String], workingDirectory: String
    ) throws(ClawError) -> ConfigLocation {
        func variable(_ names: String...) -> String? {
            names.lazy.compactMap { environment[$0] }.first { !$0.allSatisfy(\.isWhitespace) }
        }
        guard let systemHome = variable("HOME", "USERPROFILE") ?? variable("OPENCLAW_HOME") else {
            throw ClawError(
                .configInvalid, "There is no home directory to look for the configuration in.",
                hint: "Set HOME, or OPENCLAW_HOME to the directory to use.")
        }
        let chosenHome = FilePath.expandingTilde(variable("OPENCLAW_HOME") ?? systemHome, home: systemHome)
        let home = FilePath.absolute(chosenHome, from: workingDirectory)
        func path(_ text: String) -> String {
            FilePath.absolute(FilePath.expandingTilde(text, home: home), from: workingDirectory)
        }
        let explicitState = variable("OPENCLAW_STATE_DIR", "CLAWDBOT_STATE_DIR").map(path)
        let state = explicitState ?? existingState(home: home)
        let folders = explicitState.map { [$0] } ?? directoryNames.map { "\(home)/\($0)" }
        let config =
            variable("OPENCLAW_CONFIG_PATH", "CLAWDBOT_CONFIG_PATH").map(path)
            ?? existingConfig(in: folders) ?? "\(state)/openclaw.json"
        let profile = variable("OPENCLAW_PROFILE").flatMap { $0 == "default" ? nil : "-\($0)" } ?? ""
        return ConfigLocation(
            homeDirectory: home, stateDirectory: state, configPath: config,
            defaultWorkspace: "\(home)/.openclaw/workspace\(profile)")
    }

    private static func existingState(home: String) -> String {
        directoryNames.lazy.map { "\(home)/\($0)" }.first(where: FilePath.exists) ?? "\(home)/.openclaw"
    }

    private static func existingConfig(in folders: [String]) -> String? {
        for folder in folders {
            for name in fileNames where FilePath.exists("\(folder)/\(name)") { return "\(folder)/\(name)" }
        }
        return nil
    }
}
