import ClawConfig
import ClawCore
import ClawGateway
import ClawProtocol
import ClawSupport
import ClawTestKit
import Testing

/// `channels.status` with a probe, `health` with one, and `channels.logout` (gateway-methods §1 and §8).
struct ChannelMethodTests {
    private static let channels: [any Channel] = [
        ScriptedChannel(
            ChannelID("irc"),
            probing: {
                ChannelProbe(latency: 12, details: ["host": "irc.test", "waits": .int64($0.wholeMilliseconds)])
            }
        ),
        ScriptedChannel(
            ChannelID("irc"), account: AccountID("work"),
            probing: { _ in ChannelProbe(error: "Nobody answered.", details: ["host": "work.test"]) }),
    ]

    @Test func statusProbesWhenItIsAskedTo() async throws {
        let bench = try MethodBench()
        let registry = ChannelRegistry(channels: Self.channels)
        func method() -> ChannelsStatus {
            ChannelsStatus(
                channels: registry, probes: ChannelProbes(channels: registry, time: bench.time), time: bench.time)
        }
        var text = ""
        for params: JSONValue in [
            [:], ["probe": false, "timeoutMs": 5], ["probe": true], ["probe": true, "timeoutMs": 5],
            ["probe": true, "timeoutMs": 99_999_999], ["probe": "yes", "timeoutMs": -1, "more": 1], [],
        ] {
            text += await bench.transcript(method(), [params])
        }
        expectGolden(text, "channels-status.txt")
    }

    @Test func healthProbesWhenItIsAskedTo() async throws {
        let bench = try MethodBench()
        let registry = ChannelRegistry(channels: Self.channels)
        let source = GatewayHealth(
            configuration: Live(try World("{}").file.inspect().configuration), channels: registry,
            probes: ChannelProbes(channels: registry, time: bench.time), sessions: bench.sessions,
            directory: bench.state, time: bench.time)
        let monitor = HealthMonitor(source: source, time: bench.time, publish: { _ in })
        _ = try await monitor.refresh(isProbe: false)
        #expect(monitor.snapshot["channels"]?["irc"]?["probe"] == nil)
        let answer = await bench.answer(HealthMethod(monitor: monitor), ["probe": true], [])
        #expect(
            answer["channels"]?["irc"]?["probe"] == [
                "ok": true, "host": "irc.test", "waits": 10_000, "latencyMs": 12,
            ])
        #expect(
            answer["channels"]?["irc"]?["accounts"]?["work"]?["probe"] == [
                "ok": false, "host": "work.test", "error": "Nobody answered.",
            ])
        #expect(answer["channels"]?["irc"]?["lastProbeAt"] == .int64(bench.time.nowMilliseconds))
    }

    /// A configuration file with a Gateway's view of it.
    private struct World {
        let bench: MethodBench
        let file: ConfigFile
        let registry: ChannelRegistry
        let ended = Live<[String]>([])

        init(_ configuration: String, environment: [String: String] = [:]) throws {
            let bench = try MethodBench { try $0.write(configuration, to: "openclaw.json") }
            self.bench = bench
            let own = [
                "HOME": bench.directory.path, "OPENCLAW_STATE_DIR": bench.directory.path,
                "OPENCLAW_CONFIG_PATH": "\(bench.directory.path)/openclaw.json",
            ]
            file = try ConfigFile.locate(
                environment: own.merging(environment) { $1 }, workingDirectory: bench.directory.path)
            registry = ChannelRegistry(channels: [
                ScriptedChannel(ChannelID("irc")), ScriptedChannel(ChannelID("pigeon")),
            ])
        }

        var configuration: String { bench.directory.read("openclaw.json") ?? "" }

        var method: ChannelsLogout {
            let (file, ended) = (file, ended)
            return ChannelsLogout(
                ports: ChannelsLogout.Ports(
                    channels: registry,
                    control: ConfigControl(editor: ConfigEditor(file, time: bench.time), snapshot: { file.inspect() }),
                    credentials: { channel in
                        guard channel.rawValue == "irc" else { return nil }
                        return ChannelCredentials(
                            keys: ["password", "sasl.password", "nickserv.password"], variables: ["IRC_PASSWORD"])
                    },
                    accounts: { channel, snapshot in
                        guard let section = snapshot.configuration.channels[channel.rawValue]?.objectValue else {
                            return []
                        }
                        let names = section["accounts"]?.objectValue?.keys.map { AccountID($0) } ?? []
                        return names.isEmpty ? [.default] : names
                    }, end: { ended.replace(with: ended.value + ["\($0.channel)/\($0.account)"]) }))
        }
    }

    @Test func logoutTakesOutWhatTheAccountLogsInWith() async throws {
        let world = try World(
            """
            {
              channels: {
                irc: { // Mine.
                  host: 'irc.test', password: 'p1', sasl: { username: 'claw', password: 'p2' },
                  nickserv: { password: 'p3' },
                },
              },
            }
            """)
        var text = await world.bench.transcript(
            world.method,
            [
                [:], ["channel": ""], ["channel": 7, "accountId": [], "more": 1], ["channel": "nowhere"],
                ["channel": "pigeon"], ["channel": "irc", "accountId": "other"], ["channel": "IRC"],
                ["channel": "irc", "accountId": "default"],
            ])
        text += "\n\(world.configuration)\n"
        expectGolden(text, "channels-logout.txt")
        // Here nothing puts the changed file into effect, so the account is ended by itself.
        #expect(world.ended.value == ["irc/default", "irc/default"])
    }

    @Test func whatOthersUseStays() async throws {
        let world = try World(
            """
            {
              channels: { irc: {
                host: 'irc.test', password: 'everybody',
                accounts: { Work: { sasl: { password: 'p' } }, home: { password: 'h' } },
              } },
            }
            """, environment: ["IRC_PASSWORD": "secret"])
        let answer = await world.bench.answer(world.method, ["channel": "irc", "accountId": "work"])
        #expect(
            answer == [
                "channel": "irc", "accountId": "work", "cleared": true, "loggedOut": false,
                "clearedPaths": ["channels.irc.accounts.Work.sasl.password"], "left": ["channels.irc.password"],
            ])
        #expect(
            world.file.inspect().value["channels"]?["irc"] == [
                "host": "irc.test", "password": "everybody",
                "accounts": ["Work": ["enabled": false], "home": ["password": "h"]],
            ])
        #expect(world.ended.value == [])
    }

    @Test func aSecretOfTheEnvironmentIsTold() async throws {
        let world = try World("{ channels: { irc: { host: 'x' } } }", environment: ["IRC_PASSWORD": "secret"])
        let answer = await world.bench.answer(world.method, ["channel": "irc"])
        #expect(answer["left"] == ["IRC_PASSWORD (environment)"] && answer["cleared"] == false)
        #expect(world.file.inspect().value["channels"]?["irc"]?["enabled"] == false)
    }

    @Test func aWrongConfigurationIsLeftAlone() async throws {
        let world = try World("{ gateway: { port: 'x' }, channels: { irc: { host: 'h', password: 'p' } } }")
        let before = world.configuration
        let answer = await world.bench.answer(world.method, ["channel": "irc"])
        #expect(answer["error"]?["message"] == "config invalid; fix it before logging out")
        #expect(world.configuration == before && world.ended.value == [])
    }
}
