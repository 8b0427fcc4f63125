import ArgumentParser

/// Options of `gateway run` that scripts written for OpenClaw give and that mean nothing here. Each is taken, and is said to
/// change nothing.
struct GatewayRunCompatibility: ParsableArguments {
    @Option(help: ArgumentHelp("Changes nothing here, and says so.", valueName: "auto|full|compact"))
    var wsLog: String?

    @Flag(help: "Changes nothing here, and says so.")
    var compact = false

    @Flag(help: "Changes nothing here, and says so.")
    var rawStream = false

    @Option(help: ArgumentHelp("Changes nothing here, and says so.", valueName: "file"))
    var rawStreamPath: String?

    @Flag(help: "Changes nothing here, and says so.")
    var claudeCliLogs = false

    func validate() throws {
        if let wsLog, !["auto", "full", "compact"].contains(wsLog) {
            throw ValidationError("--ws-log takes auto, full or compact.")
        }
    }

    /// What a person should know about the options that were given.
    var remarks: [String] {
        var remarks: [String] = []
        if wsLog != nil || compact {
            let name = wsLog == nil ? "--compact" : "--ws-log"
            remarks.append("\(name) changes nothing: this Gateway keeps no log of frames.")
        }
        if rawStream || rawStreamPath != nil {
            let name = rawStream ? "--raw-stream" : "--raw-stream-path"
            remarks.append("\(name) changes nothing: this Gateway does not record what models send.")
        }
        if claudeCliLogs {
            remarks.append("--claude-cli-logs changes nothing: this Gateway runs no other agent's command line.")
        }
        return remarks
    }
}
