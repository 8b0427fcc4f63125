import ClawConfig
import ClawCore
import ClawSupport
import ClawTestKit
import Synchronization
import Testing

@testable import ClawDaemon

/// What one reading of a changed file asks of the Gateway, by mode and by class of key.
@Suite(.timeLimit(.minutes(10))) struct ConfigReloaderTests {
    private struct NoTransport: HTTPTransport {
        func send(
            _ request: OutgoingRequest, connectTimeout: Duration, idleTimeout: Duration,
            receive: (IncomingHead, [UInt8]) async throws -> Void
        ) async throws {
            throw CancellationError()
        }
    }

    private final class Calls: Sendable {
        private let names = Mutex<[String]>([])

        func note(_ name: String) { names.withLock { $0.append(name) } }

        func take() -> String {
            names.withLock { names in
                defer { names = [] }
                return names.joined(separator: ", ")
            }
        }
    }

    /// A file, and what its reloader does.
    private struct House {
        let home: TemporaryDirectory
        let live: LiveConfiguration
        let reloader: ConfigReloader
        let calls = Calls()

        init(_ text: String) throws {
            let home = try TemporaryDirectory("reload")
            self.home = home
            try home.write(text, to: ".openclaw/openclaw.json")
            let file = try ConfigFile.locate(environment: ["HOME": home.path], workingDirectory: home.path)
            live = LiveConfiguration(
                file.inspect(), location: file.location, transport: NoTransport(), time: ManualTimeSource(),
                entropy: SequentialEntropy())
            let calls = calls
            reloader = ConfigReloader(
                file: file, live: live,
                ports: ConfigReloader.Ports(
                    restartChannels: { calls.note("starts \($0.sorted().joined(separator: " "))") },
                    check: { _ in calls.note("checked") },
                    restart: { reason, _ in calls.note("restarts for \(reason)") },
                    watched: { _ in [] },
                    take: { _ in
                        calls.note("secrets asked")
                        return SecretResolution()
                    }, applied: { _ in calls.note("applied") }),
                time: ManualTimeSource())
        }

        func change(to text: String) async throws -> String {
            try home.write(text, to: ".openclaw/openclaw.json")
            await reloader.reload()
            return calls.take() + (reloader.rejection.map { "\n    \($0)" } ?? "")
        }
    }

    private static func text(_ mode: String, _ rest: String, reload: String = "") -> String {
        "{gateway: {mode: 'local', reload: {mode: '\(mode)'\(reload)}}\(rest)}"
    }

    @Test func everyModeAndEveryClass() async throws {
        var report = ""
        for mode in ["hybrid", "hot", "restart", "off"] {
            report += "\(mode)\n"
            for rest in [
                "", ", tools: {deny: ['exec']}", ", channels: {irc: {nick: 'x'}}",
                ", journal: {payloadRetentionDays: 1}",
                ", tools: {deny: ['exec']}, journal: {payloadRetentionDays: 1}",
            ] {
                let house = try House(Self.text(mode, ""))
                report += "  \(rest.dropFirst(2)): \(try await house.change(to: Self.text(mode, rest)))\n"
                // Back to what is in effect: nothing waits any more.
                #expect(try await house.change(to: Self.text(mode, "")).contains("takes a restart") == false)
            }
            let house = try House(Self.text(mode, ""))
            let delay = try await house.change(to: Self.text(mode, "", reload: ", debounceMs: 7"))
            report += "  gateway.reload.debounceMs: \(delay)\n"
            for other in ["hybrid", "hot", "restart", "off"] where other != mode {
                let house = try House(Self.text(mode, ""))
                report += "  mode \(other): \(try await house.change(to: Self.text(other, "")))\n"
            }
        }
        expectGolden(report, "reloads.txt")
    }

    /// What waited in one mode counts when the file says another.
    @Test func theModeOfTheFileDecides() async throws {
        let house = try House(Self.text("off", ""))
        #expect(try await house.change(to: Self.text("off", ", tools: {deny: ['a']}")).contains("tools.deny"))
        #expect(house.live.configuration.value.tools.deny == nil)
        #expect(try await house.change(to: Self.text("hybrid", ", tools: {deny: ['a']}")) == "secrets asked, applied")
        #expect(house.live.configuration.value.tools.deny == ["a"])
        #expect(
            try await house.change(to: Self.text("off", ", tools: {deny: ['b']}"))
                == "\n    gateway.reload.mode is \"off\", and it takes a restart: tools.deny.")
        // What a client asks for takes effect all the same, with the configuration that is in effect.
        #expect(try await house.reloader.reloadSecrets() == 0)
        #expect(house.calls.take() == "secrets asked, applied")
        #expect(house.live.configuration.value.tools.deny == ["a"])
    }

    @Test func aFileThatDoesNotWorkOrIsGoneChangesNothing() async throws {
        let house = try House(Self.text("hybrid", ""))
        let broken = try await house.change(to: "{gateway: {mode: 'local', port: 'x'}}")
        #expect(broken.hasPrefix("\n    /") && broken.contains("gateway.port: It must be a whole number"), "\(broken)")
        #expect(try await house.change(to: Self.text("hybrid", "")) == "secrets asked, applied")
    }
}
