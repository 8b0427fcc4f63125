package import ClawSupport

/// Environment variables from several places: those of the process win over `.env` files, and these over the `env` block.
package struct ConfigEnvironment: Sendable {
    /// Every variable that is known so far.
    package private(set) var variables: [String: String]

    package init(_ process: [String: String]) { variables = process }

    package subscript(name: String) -> String? { variables[name] }

    /// Names that a file may not set: they change what programs load or run, or where this one looks.
    private static let blockedNames: Set<String> = [
        "NODE_OPTIONS", "NODE_PATH", "PYTHONHOME", "PYTHONPATH", "PERL5LIB", "PERL5OPT", "RUBYLIB", "RUBYOPT",
        "BASH_ENV",
        "ENV", "GIT_EXTERNAL_DIFF", "SHELL", "SHELLOPTS", "PS4", "GCONV_PATH", "IFS", "SSLKEYLOGFILE", "HOME",
        "ZDOTDIR",
        "OPENCLAW_HOME", "OPENCLAW_STATE_DIR", "OPENCLAW_CONFIG_PATH", "OPENCLAW_PROFILE", "CLAWDBOT_STATE_DIR",
        "CLAWDBOT_CONFIG_PATH",
    ]
    private static let blockedPrefixes = ["DYLD_", "LD_", "BASH_FUNC_"]

    /// Whether a file may not set this variable.
    package static func isBlocked(_ name: String) -> Bool {
        let name = name.uppercased()
        return blockedNames.contains(name) || blockedPrefixes.contains { name.hasPrefix($0) }
    }

    /// Takes a variable unless its name is blocked or it has a value already; an empty one counts as none.
    package mutating func add(_ name: String, _ value: String) {
        if Self.isBlocked(name) || name.isEmpty || variables[name]?.isEmpty == false { return }
        variables[name] = value
    }

    /// Takes the variables of a `.env` file; a missing one is no fault.
    package mutating func add(dotEnvFile path: String) throws(FileError) {
        guard let bytes = try AtomicFile.read(path, limit: 1 << 20) else { return }
        for (name, value) in DotEnvFile.parse(String(decoding: bytes, as: UTF8.self)) { add(name, value) }
    }

    /// Takes the `env` block of a configuration: its string members and those of `env.vars`.
    package mutating func add(block: JSONObject) {
        for (name, value) in block where name != "vars" && name != "shellEnv" {
            if let text = value.stringValue { add(name, text) }
        }
        for (name, value) in block["vars"]?.objectValue ?? [:] {
            if let text = value.stringValue { add(name, text) }
        }
    }
}
