import ClawCore
import ClawExec
import ClawGateway
package import ClawSupport

/// The program `tailscale` of this machine, which speaks to its daemon. Each question is a process of its own with an end to its
/// time.
package struct TailscaleProgram: Sendable {
    /// Until it has answered a question about itself.
    package var questionTime = Duration.seconds(10)
    /// Until it has changed something; it may have to ask its servers.
    package var changeTime = Duration.seconds(20)

    private let environment: [String: String]

    /// - Parameter environment: that of the process; `PATH` finds the program.
    package init(environment: [String: String]) {
        // It needs no more, and what else is there may be secret.
        self.environment = environment.filter { ["PATH", "HOME", "USER", "LANG", "TMPDIR"].contains($0.key) }
    }

    /// How this machine stands in its tailnet. Throws `ClawError` that says what to do when it is in none.
    package func node() async throws -> TailscaleNode {
        let result = try await run(["status", "--json"], questionTime)
        guard result.isSuccess else {
            throw ClawError(
                .unavailable, "Tailscale does not answer: \(Self.line(result.complaint))",
                hint: "Start its daemon, for example with `sudo systemctl start tailscaled`.", retry: .yes)
        }
        return try TailscaleNode(try Self.parsed(result.output, "status"))
    }

    /// What Tailscale shows of this machine now.
    package func shown() async throws -> TailscaleShown {
        let result = try await run(["serve", "status", "--json"], questionTime)
        guard result.isSuccess else { throw Self.failure("serve status", result) }
        return TailscaleShown(try Self.parsed(result.output, "serve status"))
    }

    /// Shows `target` at the root of the node's name, to the tailnet or to the internet, until it is told to stop.
    package func show(_ target: String, toInternet: Bool) async throws {
        let verb = toInternet ? "funnel" : "serve"
        let arguments = [verb, "--bg", "--yes", target]
        do {
            let result = try await run(arguments, changeTime)
            guard result.isSuccess else { throw Self.failure(verb, result) }
        } catch let error as ClawError where error.code == .timeout {
            // It waits for a person to allow it in the browser.
            throw ClawError(
                .timeout, "`tailscale \(verb)` did not end within \(changeTime.components.seconds) s.",
                hint:
                    "Run `tailscale \(arguments.joined(separator: " "))` by hand: it says what your tailnet must allow first.",
                retry: .yes, cause: error)
        }
    }

    /// Stops showing what is at the root of the node's name. What others show at other paths and ports stays.
    package func hide(hasOthers: Bool) async throws {
        let arguments =
            hasOthers ? ["serve", "--yes", "--https=443", "--set-path=/", "off"] : ["serve", "reset"]
        let result = try await run(arguments, changeTime)
        guard result.isSuccess else { throw Self.failure("serve", result) }
    }

    /// The account whose device has this address; nil when Tailscale knows none, or one that is no person's.
    package func account(of address: IPAddress) async throws -> String? {
        let result = try await run(["whois", "--json", address.description], questionTime)
        guard result.isSuccess else { throw Self.failure("whois", result) }
        let answer = try Self.parsed(result.output, "whois")
        // All devices with a tag share one name.
        if answer["Node"]?["Tags"]?.arrayValue?.isEmpty == false { return nil }
        return answer["UserProfile"]?["LoginName"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }

    private func run(_ arguments: [String], _ timeout: Duration) async throws -> ProgramRun.Result {
        var program = ProgramRun("tailscale", arguments, environment: environment)
        program.timeout = timeout
        // The status lists every device of the tailnet.
        program.outputLimit = 16 << 20
        do {
            return try await program.result()
        } catch let error as ClawError where error.code == .notFound {
            throw ClawError(
                .notFound, "The program tailscale is not installed.",
                hint: "Install Tailscale, add its folder to PATH, or set gateway.tailscale.mode to off.", cause: error)
        }
    }

    private static func parsed(_ output: String, _ question: String) throws(ClawError) -> JSONValue {
        do {
            return try JSONParser.parse(output)
        } catch {
            throw ClawError(.unavailable, "`tailscale \(question) --json` did not answer with JSON.", cause: error)
        }
    }

    private static func failure(_ verb: String, _ result: ProgramRun.Result) -> ClawError {
        let words = line(result.complaint)
        let isDenied = words.lowercased().firstRange(of: "access denied") != nil
        return ClawError(
            .unavailable, "`tailscale \(verb)` failed: \(words)",
            hint: isDenied
                ? "Run once: sudo tailscale set --operator=$USER" : "Run `tailscale \(verb)` by hand to see more.",
            retry: .yes)
    }

    /// What it said, as one line for a log.
    private static func line(_ text: String) -> String {
        let words = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return String(words.filter { !$0.isASCII || ($0 >= " " && $0 != "\u{7F}") }.prefix(400))
    }
}

/// This machine in its tailnet.
package struct TailscaleNode: Sendable, Hashable {
    /// Its name, such as `box.tail1234.ts.net`.
    package let name: String

    /// Reads the answer to `tailscale status --json`.
    init(_ status: JSONValue) throws(ClawError) {
        let state = status["BackendState"]?.stringValue ?? "unknown"
        guard state == "Running" else {
            throw ClawError(
                .unavailable,
                state == "NeedsLogin"
                    ? "This machine is not logged in to Tailscale."
                    : "Tailscale does not run here; its state is \(state).",
                hint: "Run: sudo tailscale up", retry: .yes)
        }
        let name = (status["Self"]?["DNSName"]?.stringValue ?? "").lowercased()
        let isName = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
        }
        guard isName, name.hasSuffix("."), name.count > 1 else {
            throw ClawError(
                .unavailable, "This machine has no name in its tailnet.",
                hint: "Turn on MagicDNS and HTTPS certificates: https://login.tailscale.com/admin/dns", retry: .yes)
        }
        self.name = String(name.dropLast())
    }
}

/// What Tailscale shows of this machine at the usual port for HTTPS.
package struct TailscaleShown: Sendable, Hashable {
    /// What each path leads to; nil for what is no proxy.
    package let targets: [String: String?]
    /// Whether the internet sees it.
    package let isOnInternet: Bool
    /// Whether there is anything besides, at other ports or names.
    package let hasOtherPorts: Bool

    /// Reads the answer to `tailscale serve status --json`.
    init(_ status: JSONValue) {
        var targets: [String: String?] = [:]
        var others = false
        for (place, site) in status["Web"]?.objectValue ?? [:] {
            guard place.hasSuffix(":443") else {
                others = true
                continue
            }
            for (path, handler) in site["Handlers"]?.objectValue ?? [:] {
                targets[path] = .some(handler["Proxy"]?.stringValue)
            }
        }
        self.targets = targets
        let funnels: JSONObject = status["AllowFunnel"]?.objectValue ?? [:]
        isOnInternet = funnels.contains { $0.0.hasSuffix(":443") && $0.1.boolValue == true }
        let ports: JSONObject = status["TCP"]?.objectValue ?? [:]
        hasOtherPorts =
            others || ports.contains { $0.0 != "443" }
            || ["Services", "Foreground"].contains { status[$0]?.objectValue?.isEmpty == false }
    }

    /// What the root leads to; nil when it shows nothing, or what is no proxy.
    package var root: String? { targets["/"] ?? nil }

    /// Whether others than the root are shown, at any port.
    package var hasOthers: Bool { hasOtherPorts || targets.keys.contains { $0 != "/" } }
}
