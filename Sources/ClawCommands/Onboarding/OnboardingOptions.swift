import ArgumentParser
import ClawCore
import ClawStore
import ClawSupport

/// Everything that the onboarding can be told instead of asked.
struct OnboardingOptions: ParsableArguments {
    @Option(help: "Where the agent works.")
    var workspace: String?

    @Option(help: ArgumentHelp("Run the Gateway here, or use one elsewhere.", valueName: "local|remote"))
    var mode = "local"

    @Option(help: ArgumentHelp("How the answers are paid for; an unknown one lists them.", valueName: "choice"))
    var authChoice: String?

    @OptionGroup var keys: VendorKeyOptions

    @Option(help: "The key or token of the vendor that --auth-choice names.")
    var token: String?

    @Option(help: "The vendor that --token is for; it makes the choice when --auth-choice does not.")
    var tokenProvider: String?

    @Option(help: ArgumentHelp("A name for the key, when there is more than one.", valueName: "vendor:name"))
    var tokenProfileID: String?

    @Option(help: ArgumentHelp("When the token ends.", valueName: "30d|12h|…"))
    var tokenExpiresIn: String?

    @Option(
        help: ArgumentHelp(
            "With ref no key is stored: the vendor's variable of the environment must hold it, also for the Gateway.",
            valueName: "plaintext|ref"))
    var secretInputMode = "plaintext"

    @Option(help: "The address of a server of your own.")
    var customBaseURL: String?

    @Option(help: "The model of that server.")
    var customModelID: String?

    @Option(help: "The key of that server, if it wants one.")
    var customAPIKey: String?

    @Option(help: "The name of that server in model references.")
    var customProviderID = "custom"

    @Option(help: ArgumentHelp("The protocol of that server.", valueName: "openai|anthropic"))
    var customCompatibility = "openai"

    @Option(help: "The model, when it is not the usual one of the vendor.")
    var model: String?

    @Option(help: ArgumentHelp("How much is asked.", valueName: "quickstart|advanced|manual"))
    var flow = "advanced"

    @Option(help: "The Gateway's port.")
    var gatewayPort: Int?

    @Option(help: ArgumentHelp("Where it listens.", valueName: "loopback|lan|tailnet|auto|custom"))
    var gatewayBind: String?

    @Option(help: ArgumentHelp("How clients prove themselves.", valueName: "token|password"))
    var gatewayAuth: String?

    @Option(help: ArgumentHelp("Whether Tailscale shows it to others.", valueName: "off|serve|funnel"))
    var tailscale: String?

    @Flag(help: "Let Tailscale stop showing it when the Gateway stops.")
    var tailscaleResetOnExit = false

    @Option(help: "The Gateway's token; without it one is made.")
    var gatewayToken: String?

    @Option(help: "The Gateway's password.")
    var gatewayPassword: String?

    @Option(help: "The address of the Gateway elsewhere.")
    var remoteURL: String?

    @Option(help: "Its token.")
    var remoteToken: String?

    @Flag(inversion: .prefixedNo, help: "Run the Gateway as a service of this user, now and after every start.")
    var installDaemon: Bool?

    @Flag(help: "As --no-install-daemon.")
    var skipDaemon = false

    /// Nil when it was not said.
    var wantsDaemon: Bool? { skipDaemon ? false : installDaemon }

    func validate() throws {
        if skipDaemon, installDaemon == true {
            throw ValidationError("--install-daemon and --skip-daemon exclude each other.")
        }
        if installDaemon == true, mode == "remote" {
            throw ValidationError("--install-daemon is for a Gateway on this machine, not for --mode remote.")
        }
        if !["quickstart", "advanced", "manual"].contains(flow) {
            throw ValidationError("--flow takes quickstart, advanced or manual.")
        }
        if !["plaintext", "ref"].contains(secretInputMode) {
            throw ValidationError("--secret-input-mode takes plaintext or ref.")
        }
        let hasKey = !keys.given.isEmpty || token != nil || customAPIKey != nil
        if secretInputMode == "ref", hasKey {
            throw ValidationError("With --secret-input-mode ref the key stands in the environment, not in an option.")
        }
        if let tokenExpiresIn, DurationText.milliseconds(tokenExpiresIn, unit: .days) == nil {
            throw ValidationError("--token-expires-in takes a time such as 30d or 12h.")
        }
        if !["local", "remote"].contains(mode) { throw ValidationError("--mode takes local or remote.") }
        if let gatewayPort, !(1...65535).contains(gatewayPort) {
            throw ValidationError("--gateway-port takes a number from 1 to 65535.")
        }
        if let gatewayBind, !["loopback", "lan", "tailnet", "auto", "custom"].contains(gatewayBind) {
            throw ValidationError("--gateway-bind takes loopback, lan, tailnet, auto or custom.")
        }
        if let tailscale, !["off", "serve", "funnel"].contains(tailscale) {
            throw ValidationError("--tailscale takes off, serve or funnel.")
        }
        if let gatewayAuth, !["token", "password"].contains(gatewayAuth) {
            throw ValidationError("--gateway-auth takes token or password.")
        }
        if !["openai", "anthropic"].contains(customCompatibility) {
            throw ValidationError("--custom-compatibility takes openai or anthropic.")
        }
    }

    /// The plan as far as the options say it, without the model.
    func plan() throws -> OnboardingPlan {
        var plan = OnboardingPlan()
        plan.workspace = workspace
        plan.port = gatewayPort
        plan.bind = gatewayBind
        plan.authMode = gatewayAuth
        plan.tailscale = tailscale
        plan.resetsTailscaleOnExit = tailscaleResetOnExit
        plan.token = gatewayToken.map { Redacted($0) }
        plan.password = gatewayPassword.map { Redacted($0) }
        if mode == "remote" {
            guard let remoteURL else {
                throw ClawError(
                    .invalidRequest, "--mode remote needs --remote-url.", hint: "For example wss://gateway.example.net."
                )
            }
            plan.remote = OnboardingPlan.Remote(url: remoteURL, token: remoteToken.map { Redacted($0) })
        }
        return plan
    }

    /// The choice that was made; a key that was given makes it, too.
    func choice() throws(ClawError) -> AuthChoice? {
        if let authChoice { return try AuthChoice(authChoice) }
        if customBaseURL != nil { return .custom }
        if let vendor = keys.given.first?.vendor { return .vendor(vendor) }
        if let tokenProvider {
            let vendor = tokenProvider.lowercased()
            return vendor == "anthropic" ? .anthropicToken : .vendor(vendor)
        }
        return nil
    }

    /// The key that was given for a vendor.
    func key(of vendor: String) -> Redacted? {
        let own = keys.given.first { $0.vendor == vendor }?.key
        return (own ?? token).map { Redacted($0) }
    }
}
