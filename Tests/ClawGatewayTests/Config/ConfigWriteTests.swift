import ClawConfig
import ClawGateway
import ClawProtocol
import ClawSupport
import ClawTestKit
import Testing

/// The methods that change the configuration, over a socket and a real file.
@Suite(.timeLimit(.minutes(10))) struct ConfigWriteTests {
    private struct World {
        let directory: TemporaryDirectory
        let file: ConfigFile
        let restarts: AsyncStream<RestartRequest>
        let methods: [any GatewayMethod]

        init(_ text: String?, time: any TimeSource = ManualTimeSource()) throws {
            let directory = try TemporaryDirectory("config")
            self.directory = directory
            if let text { try directory.write(text, to: ".openclaw/openclaw.json") }
            let file = try ConfigFile.locate(
                environment: ["HOME": directory.path, "KEY": "sk-from-the-environment"],
                workingDirectory: directory.path)
            self.file = file
            let (restarts, asked) = AsyncStream.makeStream(
                of: RestartRequest.self, bufferingPolicy: .bufferingOldest(9))
            self.restarts = restarts
            let control = ConfigControl(
                editor: ConfigEditor(file, time: time), snapshot: { file.inspect() },
                restart: { request in
                    asked.yield(request)
                    return ["ok": true]
                })
            let limit = ControlLimit(time: time)
            methods = [
                ConfigSet(control: control), ConfigPatch(control: control, limit: limit),
                ConfigApply(control: control, limit: limit), ConfigGet(snapshot: { file.inspect() }),
            ]
        }

        var text: String? { directory.read(".openclaw/openclaw.json") }

        func run(_ body: (inout RawSocket, TestGateway) async throws -> Void) async throws {
            var options = TestGateway.Options()
            options.methods = methods
            try await TestGateway.run(options) { gateway in
                try await RawSocket.gateway(gateway.port) { socket, _ in
                    _ = try await socket.connect(.test(scopes: ["operator.admin"]))
                    try await body(&socket, gateway)
                }
            }
        }
    }

    private static let sample = "{ gateway: { auth: { token: 'a-secret-of-the-house' } } } // mine\n"

    /// The file and all that it includes are read.
    @Test func theConfigurationIsReadOnTheThreadForFiles() async throws {
        let directory = try TemporaryDirectory("config")
        let file = try ConfigFile.locate(
            environment: ["HOME": directory.path], workingDirectory: directory.path)
        let thread = try await FileThread()
        let control = ConfigControl(
            editor: ConfigEditor(file, time: ManualTimeSource()),
            snapshot: {
                thread.visit()
                return file.inspect()
            })
        let bench = try MethodBench()
        let answer = await bench.answer(ConfigSet(control: control), ["raw": "{}"])
        #expect(answer["ok"] == true, "\(answer.text)")
        #expect(thread.seen == [true])
    }

    @Test func theHashOfWhatWasSeenIsNeeded() async throws {
        let world = try World(Self.sample)
        try await world.run { socket, _ in
            for method in ["config.set", "config.patch"] {
                let none = try await socket.call(method, ["raw": "{}"])
                #expect(none["error"]?["message"] == "config base hash required; re-run config.get and retry")
                let old = try await socket.call(method, ["raw": "{}", "baseHash": "00"])
                #expect(old["error"]?["message"] == "config changed since last load; re-run config.get and retry")
            }
        }
        #expect(world.text == Self.sample)
        let missing = try World(nil)
        try await missing.run { socket, _ in
            let made = try await socket.call("config.set", ["raw": #"{"gateway":{"port":18790}}"#])
            #expect(made["payload"]?["ok"] == true)
        }
        #expect(missing.file.inspect().configuration.gateway.port == 18_790)
    }

    @Test func aPatchKeepsTheFileAndAnswersWithoutSecrets() async throws {
        let world = try World(Self.sample)
        try await world.run { socket, _ in
            let hash = try #require(try await socket.call("config.get")["payload"]?["hash"])
            let answer = try await socket.call(
                "config.patch",
                [
                    "raw": "{ gateway: { port: 18790, auth: { token: '__OPENCLAW_REDACTED__' } } }", "baseHash": hash,
                    "note": "moved", "sessionKey": "agent:main:main", "restartDelayMs": 5,
                ])
            let payload = try #require(answer["payload"])
            #expect(payload["config"]?["gateway"]?["auth"]?["token"] == "__OPENCLAW_REDACTED__")
            #expect(payload["config"]?["gateway"]?["port"] == 18_790)
            #expect(!payload.text.contains("a-secret-of-the-house"))
            #expect(payload["restart"] == ["ok": true])
            #expect(
                payload["sentinel"]?["payload"]?.text
                    == #"{"kind":"config-patch","status":"ok","sessionKey":"agent:main:main","message":"moved","#
                    + #""doctorHint":"Run: openclaw config validate"}"#)
        }
        #expect(
            world.text == "{ gateway: { auth: { token: 'a-secret-of-the-house' }, port: 18790 } } // mine\n")
        var restarts = world.restarts.makeAsyncIterator()
        let asked = await restarts.next()
        #expect(
            asked
                == RestartRequest(
                    kind: .configPatch, sessionKey: "agent:main:main", note: "moved", delayMilliseconds: 5))
    }

    @Test func everythingThatIsWrongIsListed() async throws {
        let world = try World(Self.sample)
        try await world.run { socket, _ in
            let hash = try #require(try await socket.call("config.get")["payload"]?["hash"])
            let answer = try await socket.call(
                "config.set", ["raw": #"{"gateway":{"port":"x","bind":"moon"}}"#, "baseHash": hash])
            #expect(answer["error"]?["code"] == "INVALID_REQUEST")
            #expect(answer["error"]?["message"] == "invalid config")
            let issues = answer["error"]?["details"]?["issues"]?.arrayValue ?? []
            #expect(issues.compactMap { $0["path"]?.stringValue } == ["gateway.port", "gateway.bind"])
            let broken = try await socket.call("config.set", ["raw": "{ a: }", "baseHash": hash])
            #expect(
                broken["error"]?["message"]?.stringValue?.hasPrefix(
                    "the configuration that was sent:1:6: The text is not JSON5:") == true, "\(broken.text)")
            let list = try await socket.call("config.patch", ["raw": "[1]", "baseHash": hash])
            #expect(list["error"]?["message"] == "config.patch raw must be an object")
            let extra = try await socket.call("config.set", ["raw": "{}", "note": "x"])
            #expect(
                extra["error"]?["message"] == "invalid config.set params: at root: unexpected property 'note'")
        }
        #expect(world.text == Self.sample)
    }

    /// S58: three changes a minute over both methods; the fourth is told when.
    @Test func s58_theFourthChangeInAMinuteWaits() async throws {
        let time = ManualTimeSource()
        let world = try World("{}\n", time: time)
        try await world.run { socket, gateway in
            for _ in 0..<2 { _ = try await socket.call("config.patch", ["raw": "{}"]) }
            _ = try await socket.call("config.apply", ["raw": "{}"])
            time.advance(by: .milliseconds(500))
            let fourth = try await socket.call("config.patch", ["raw": "{}"])
            #expect(
                fourth["error"]?.text
                    == #"{"code":"UNAVAILABLE","message":"rate limit exceeded for config.patch; retry after 60s","#
                    + #""details":{"method":"config.patch","limit":"3 per 60s"},"retryable":true,"retryAfterMs":59500}"#
            )
            // Reading and plain setting are not counted.
            #expect(try await socket.call("config.get")["ok"] == true)
            time.advance(by: .seconds(60))
            let later = try await socket.call("config.patch", ["raw": "{}"])
            #expect(later["error"]?["message"] == "config base hash required; re-run config.get and retry")
        }
    }

    @Test func aConfigurationThatDoesNotWorkIsMendedBySetAndNotByPatch() async throws {
        let world = try World(#"{"gateway":{"port":"x"}}"#)
        try await world.run { socket, _ in
            let hash = try #require(try await socket.call("config.get")["payload"]?["hash"])
            let patch = try await socket.call("config.patch", ["raw": "{a: 1}", "baseHash": hash])
            #expect(patch["error"]?["message"] == "invalid config; fix before patching")
            let set = try await socket.call("config.set", ["raw": #"{"gateway":{"port":18791}}"#, "baseHash": hash])
            #expect(set["payload"]?["ok"] == true, "\(set.text)")
        }
        #expect(world.text == #"{"gateway":{"port":18791}}"#)
    }
}
