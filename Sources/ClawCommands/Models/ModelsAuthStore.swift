import ArgumentParser
import ClawConfig
import ClawCore
import ClawDaemon
import ClawStore
import ClawSupport

/// What storing a key needs to know.
struct AuthTarget: ParsableArguments {
    @Option(help: "The vendor, such as anthropic or openai.")
    var provider: String?

    @Option(help: ArgumentHelp("A name for it, when there is more than one.", valueName: "vendor:name"))
    var profileID: String?

    @Flag(help: "Print what was done as JSON.")
    var json = false

    /// Stores what a person types, or another program hands over on standard input.
    func store(_ kind: AuthProfiles.Kind, expires: Int64? = nil) async throws {
        let context = CommandContext.current
        let work = try await ModelsWorkplace(context)
        let id = try vendor(work, context)
        let profile = profileID ?? "\(id):default"
        guard profile.hasPrefix("\(id):"), profile.count > id.count + 1 else {
            throw ClawError(
                .invalidRequest, "\"\(profile)\" is no profile of \(id).", hint: "Write \(id):<name>.")
        }
        let name = work.overview.access(to: id)?.name ?? id
        let secret: Redacted
        if context.prompt.isInteractive {
            secret = try context.prompt.secret(
                kind == .token ? "Token of \(name)" : "Key of \(name)", on: context.terminal)
        } else {
            let text = try context.prompt.piped()?.filter { !$0.isWhitespace } ?? ""
            if text.isEmpty {
                throw ClawError(
                    .invalidRequest, "There is no key on standard input.",
                    hint: "Run it in a terminal, or pipe the key in.")
            }
            secret = Redacted(text)
        }
        try work.profiles.change { $0.set(profile, provider: id, kind: kind, secret: secret, expires: expires) }
        if json {
            return context.terminal.json([
                "ok": true, "profileId": .string(profile), "provider": .string(id),
                "path": .string(work.profiles.path),
            ])
        }
        let forecast = ReloadForecast(reading: work.installation.snapshot.configuration.gateway.reload.mode)
        context.terminal.line("Stored \(profile) in \(work.profiles.path). \(forecast.sentence)")
    }

    private func vendor(_ work: ModelsWorkplace, _ context: CommandContext) throws -> String {
        if let provider {
            guard let access = work.overview.access(to: provider) else {
                throw ClawError(
                    .notFound, "There is no model vendor \"\(provider)\".",
                    hint: "Known are: \(work.overview.vendors.map(\.id).joined(separator: ", ")).")
            }
            return access.id
        }
        guard context.prompt.isInteractive else {
            throw ClawError(.invalidRequest, "Name the vendor with --provider.", hint: "For example anthropic.")
        }
        let vendors = work.overview.vendors.filter(\.requiresKey)
        return vendors[try context.prompt.choice("Which vendor?", vendors.map(\.name), on: context.terminal)].id
    }
}

/// `openclaw models auth add`.
struct AuthAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Store a key; it is asked for without showing it, or read from standard input.")

    @OptionGroup var target: AuthTarget

    func run() async throws { try await target.store(.apiKey) }
}

/// `openclaw models auth paste-token`.
struct AuthPasteToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "paste-token", abstract: "Store a token that ends at some time.")

    @Option(help: ArgumentHelp("When it ends, from now: a number with m, h or d.", valueName: "time"))
    var expiresIn: String?

    @OptionGroup var target: AuthTarget

    func run() async throws {
        let now = CommandContext.current.time.nowMilliseconds
        try await target.store(.token, expires: try expiresIn.map { now + (try Self.milliseconds($0)) })
    }

    static func milliseconds(_ text: String) throws -> Int64 {
        let units: [Character: Int64] = ["s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
        guard let last = text.last, let unit = units[last], let count = Int64(text.dropLast()), count > 0,
            count <= 100_000
        else {
            throw ClawError(
                .invalidRequest, "\"\(text)\" is no time.", hint: "Write a number with m, h or d, like 30d.")
        }
        return count * unit
    }
}
