package import ClawCore

/// The options that every command takes, before or after its name.
package struct GlobalOptions: Sendable, Hashable {
    package var profile: String?
    package var isDevelopment = false
    package var allowsColour = true
    package var logLevel: String?

    package init() {}

    package static let logLevels = ["silent", "fatal", "error", "warn", "info", "debug", "trace"]
    static let developmentPort = "19001"
    /// As they are written.
    static let names = ["--profile", "--dev", "--no-color", "--log-level", "--version", "--help"]

    /// Takes the global options out of `arguments`; what follows `--` is left alone. Throws for a wrong value.
    package static func extract(
        from arguments: [String]
    ) throws(ClawError) -> (options: GlobalOptions, rest: [String]) {
        var options = GlobalOptions()
        var rest: [String] = []
        var remaining = arguments[...]
        while let argument = remaining.popFirst() {
            switch argument {
            case "--": return try finish(options, rest + ["--"] + remaining)
            case "--dev": options.isDevelopment = true
            case "--no-color": options.allowsColour = false
            case "--profile": options.profile = try value(of: argument, &remaining)
            case "--log-level": options.logLevel = try value(of: argument, &remaining)
            case _ where argument.hasPrefix("--profile="): options.profile = String(argument.dropFirst(10))
            case _ where argument.hasPrefix("--log-level="): options.logLevel = String(argument.dropFirst(12))
            default: rest.append(argument)
            }
        }
        return try finish(options, rest)
    }

    private static func finish(
        _ options: GlobalOptions, _ rest: [String]
    ) throws(ClawError) -> (options: GlobalOptions, rest: [String]) {
        if options.isDevelopment, options.profile != nil {
            throw ClawError(.invalidRequest, "--dev and --profile exclude each other.", hint: "--dev is --profile dev.")
        }
        if let profile = options.profile {
            let isValid = profile.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
            if !isValid || profile.isEmpty {
                throw ClawError(
                    .invalidRequest, "\"\(profile)\" is no profile name.",
                    hint: "Use letters, digits, - and _, for example --profile work.")
            }
        }
        if let level = options.logLevel, !logLevels.contains(level) {
            throw ClawError(
                .invalidRequest, "\"\(level)\" is no log level.",
                hint: "Use one of \(logLevels.joined(separator: ", ")).")
        }
        return (options, rest)
    }

    private static func value(
        of option: String, _ remaining: inout ArraySlice<String>
    ) throws(ClawError) -> String {
        guard let value = remaining.popFirst(), !value.hasPrefix("-") else {
            throw ClawError(.invalidRequest, "\(option) needs a value.", hint: "See `openclaw --help`.")
        }
        return value
    }

    /// The environment with what the options stand for; a variable that is set already wins.
    package func applied(to environment: [String: String]) -> [String: String] {
        var result = environment
        func set(_ name: String, _ value: String) {
            if result[name]?.isEmpty != false { result[name] = value }
        }
        if let profile = isDevelopment ? "dev" : profile {
            set("OPENCLAW_PROFILE", profile)
            let suffix = profile == "default" ? "" : "-\(profile)"
            set("OPENCLAW_STATE_DIR", "~/.openclaw\(suffix)")
            set("OPENCLAW_CONFIG_PATH", "\(result["OPENCLAW_STATE_DIR"] ?? "")/openclaw.json")
        }
        if isDevelopment { set("OPENCLAW_GATEWAY_PORT", Self.developmentPort) }
        if let logLevel { result["OPENCLAW_LOG_LEVEL"] = logLevel }
        return result
    }
}
