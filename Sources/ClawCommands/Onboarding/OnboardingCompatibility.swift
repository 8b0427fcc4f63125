import ArgumentParser

/// Options of `onboard` that scripts written for OpenClaw give and that mean nothing here. Each is taken, and is said to change
/// nothing.
struct OnboardingCompatibility: ParsableArguments {
    @Option(help: ArgumentHelp("Changes nothing here, and says so.", valueName: "node|bun"))
    var daemonRuntime: String?

    @Option(help: ArgumentHelp("Changes nothing here, and says so.", valueName: "npm|pnpm|bun"))
    var nodeManager: String?

    @Flag(help: "Changes nothing here, and says so.")
    var skipChannels = false

    @Flag(help: "Changes nothing here, and says so.")
    var skipSkills = false

    /// What a person should know about the options that were given.
    var remarks: [String] {
        var remarks: [String] = []
        for (name, isGiven) in [
            ("--daemon-runtime", daemonRuntime != nil), ("--node-manager", nodeManager != nil),
        ] where isGiven {
            remarks.append("\(name) changes nothing: this program is one executable and needs no runtime.")
        }
        for (name, isGiven) in [("--skip-channels", skipChannels), ("--skip-skills", skipSkills)] where isGiven {
            remarks.append("\(name) changes nothing: there is no such step.")
        }
        return remarks
    }
}
