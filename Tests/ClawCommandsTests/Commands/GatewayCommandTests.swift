import ClawClientTesting
import ClawCommands
import ClawProtocol
import ClawSupport
import ClawTestKit
import Synchronization
import Testing

/// Commands that ask a Gateway, against one that answers from a table.
struct GatewayCommandTests {
    private static let commands = [
        "status", "status --deep --usage", "health", "health --verbose", "channels status",
        "channels logs --channel irc",
        "channels logout --channel irc", "sessions",
        "sessions --agent main --active 60 --limit 5", "sessions list --verbose", "sessions cleanup",
        "sessions cleanup --enforce", "usage", "usage --by model", "usage --by session", "usage --by agent",
        "usage --by channel", "gateway usage-cost --days 7",
        "devices list",
        "devices approve r-old", "devices approve --latest", "devices reject r-new", "devices reject bb",
        "devices remove c",
        "devices clear --yes --pending",
        "devices rotate --device cc --role operator --scope operator.read",
        "devices revoke --device cc --role operator",
        "logs", "logs --plain", "system event --text Backed-up.", "system presence", "system heartbeat last",
        "agents delete work --force",
    ]

    @Test func textIsForPeople() async throws {
        try await ScriptedGateway.run(ScriptedAnswers.script) { server in
            var text = ""
            for command in Self.commands {
                let run = await CommandRun.run(Self.words(command), in: try CommandRun.World(server))
                #expect(run.errors == "")
                text += "$ openclaw \(command)\n\(run.transcript)\n"
            }
            expectGolden(text, "gateway-commands.txt")
            #expect(server.violations == [])
        }
    }

    @Test(arguments: commands)
    func jsonIsForPrograms(_ command: String) async throws {
        try await ScriptedGateway.run(ScriptedAnswers.script) { server in
            let run = await CommandRun.run(Self.words(command) + ["--json"], in: try CommandRun.World(server))
            #expect(run.status == 0)
            #expect(run.errors == "")
            if command.hasPrefix("logs") {
                let lines = try run.output.split(separator: "\n").map { try JSONParser.parse(String($0)) }
                let types = lines.compactMap { $0["type"]?.stringValue }
                let kind = command.contains("plain") ? "raw" : "log"
                #expect(types == ["meta", kind, kind, "raw"])
            } else {
                #expect(throws: Never.self) { try JSONParser.parse(run.output) }
            }
        }
    }

    @Test func timesOfTheLogCanBeThoseOfAPlace() async throws {
        try await ScriptedGateway.run(ScriptedAnswers.script) { server in
            var world = try CommandRun.World(server)
            world.environment["TZ"] = "America/New_York"
            let run = await CommandRun.run("logs", "--local-time", in: world)
            #expect(
                run.output == """
                    2026-03-01T03:00:00.000-05:00 info [gateway] listening
                    2026-03-01T03:00:01.000-05:00 info [channel.irc] IRC connected
                    not json

                    """)
        }
    }

    @Test func eachCommandAsksForTheLeastItNeeds() async throws {
        try await ScriptedGateway.run(ScriptedAnswers.script) { server in
            let world = try CommandRun.World(server)
            for command in ["status", "devices list", "logs"] {
                _ = await CommandRun.run(Self.words(command), in: world)
            }
            let scopes = server.requests.filter { $0.method == "connect" }.map { $0.params["scopes"] }
            #expect(scopes == [["operator.read"], ["operator.pairing"], ["operator.read"]])
        }
    }

    @Test(arguments: commands)
    func aGatewayThatIsNotThereIsSaidWithTheNextStep(_ command: String) async throws {
        let port = try BoundPort()
        var world = try CommandRun.World()
        world.environment = [
            "OPENCLAW_GATEWAY_PORT": "\(port.number)", "OPENCLAW_CONFIG_PATH": "\(world.home.path)/c.json",
        ]
        try world.home.write(#"{logging: {file: "~/none.log"}}"#, to: "c.json")
        let run = await CommandRun.run(Self.words(command), in: world)
        if command.hasPrefix("sessions"), !command.contains("cleanup") {
            #expect(run.output == "There are no sessions yet.\n")
            #expect(run.errors.hasSuffix("nothing listens there. Reading the session indexes of this machine.\n"))
        } else if command.hasPrefix("logs") || command.hasPrefix("channels logs") {
            #expect(run.status == 1 || run.errors.contains("These lines are from the file"))
        } else if command.hasPrefix("devices") {
            #expect(run.errors.contains("nothing listens there. Using the pairing files of this machine.\n"))
        } else {
            #expect(run.status == 1)
            #expect(
                run.errors
                    == "error: The Gateway at ws://127.0.0.1:PORT cannot be reached: nothing listens there.\n"
                    + "Start it with `openclaw gateway run`.\n")
        }
    }

    /// A line that is longer than the terminal is wide must be a sentence: the terminal breaks those well enough.
    @Test(arguments: [40, 80, 120])
    func tablesFitTheTerminal(_ width: Int) async throws {
        let commands = [
            "status --deep --usage", "health --verbose", "channels status", "sessions list --verbose",
            "sessions cleanup",
            "devices list", "usage", "usage --by model",
        ]
        try await ScriptedGateway.run(ScriptedAnswers.script) { server in
            var world = try CommandRun.World(server)
            world.width = width
            for command in commands {
                let run = await CommandRun.run(Self.words(command), in: world)
                #expect(run.status == 0)
                for line in run.output.split(separator: "\n") where line.contains("  ") {
                    #expect(TerminalText.width(line) <= width, "\(command): \(line)")
                }
            }
        }
    }

    @Test(arguments: ["status", "health", "devices list", "usage", "sessions cleanup", "channels status"])
    func programsGetAnErrorAsOneObject(_ command: String) async throws {
        var script = ScriptedGateway.Script()
        script.connect = {
            let wire = WireError(.invalidRequest, "unauthorized", details: ["code": "AUTH_TOKEN_MISMATCH"])
            return [ScriptedGateway.refusal($0, wire), .close(1008, wire.message)]
        }
        try await ScriptedGateway.run(script) { server in
            let run = await CommandRun.run(Self.words(command) + ["--json"], in: try CommandRun.World(server))
            #expect(run.status == 1)
            let error = try JSONParser.parse(run.errors)["error"]
            #expect(error?["code"] == "unauthorized")
            #expect(error?["message"] == "The token is not the Gateway's. It came from the environment.")
            #expect(error?["hint"]?.stringValue?.hasPrefix("It stands in gateway.auth.token") == true)
            // What `status` found out without the Gateway is of use all the same.
            #expect(run.output.isEmpty || command.hasPrefix("status"))
        }
    }

    @Test func theWrongTokenNamesWhereItCameFrom() async throws {
        var script = ScriptedGateway.Script()
        let wire = WireError(
            .invalidRequest, "unauthorized: gateway token mismatch (x)",
            details: ["code": "AUTH_TOKEN_MISMATCH", "authReason": "token_mismatch"])
        script.connect = { [ScriptedGateway.refusal($0, wire), .close(1008, wire.message)] }
        try await ScriptedGateway.run(script) { server in
            let world = try CommandRun.World(server)
            let run = await CommandRun.run("health", in: world)
            let hint =
                "It stands in gateway.auth.token of the Gateway's openclaw.json; pass it with --token or "
                + "OPENCLAW_GATEWAY_TOKEN.\n"
            #expect(run.status == 1)
            #expect(run.errors == "error: The token is not the Gateway's. It came from the environment.\n" + hint)
            let other = await CommandRun.run("health", "--token", "x", in: world)
            #expect(other.errors == "error: The token is not the Gateway's. It came from the command line.\n" + hint)
        }
    }

    @Test(arguments: [false, true])
    func followingGoesOnFromTheCursorOverARestartAndTellsOfGaps(json: Bool) async throws {
        let restarts = Atomic(0)
        var script = ScriptedGateway.Script()
        script.answer = { request in
            let page: JSONValue
            switch request.params["cursor"]?.intValue {
            case nil: page = ["cursor": 10, "lines": ["one"], "reset": false]
            case 10: page = ["cursor": 20, "lines": ["two"], "reset": false]
            case 20: page = ["cursor": 5, "lines": ["three"], "reset": true]
            case 5:
                if restarts.add(1, ordering: .relaxed).oldValue == 0 { return [.close(1012, "service restart")] }
                page = ["cursor": 6, "lines": ["four"], "reset": false]
            default: return [.close(1008, "device removed")]
            }
            return [ScriptedGateway.ok(request, page)]
        }
        try await ScriptedGateway.run(script) { server in
            var world = try CommandRun.World(server)
            world.time = ImpatientTime(skipping: [.milliseconds(250), .milliseconds(500)])
            let words = ["logs", "--follow", "--interval", "250", "--plain"] + (json ? ["--json"] : [])
            let run = await CommandRun.run(words, in: world)
            #expect(run.status == 1)
            let remarks = [
                "The log was rotated or grew faster than it could be shown; some lines are missing here.",
                "The Gateway is restarting or stopping. Trying again until it is back.", "The Gateway is back.",
            ]
            if json {
                let lines = try run.output.split(separator: "\n").map { try JSONParser.parse(String($0)) }
                #expect(lines.compactMap { $0["line"]?.stringValue } == ["one", "two", "three", "four"])
                #expect(lines.filter { $0["type"] == "notice" }.compactMap { $0["message"]?.stringValue } == remarks)
                #expect(lines.count { $0["type"] == "meta" } == 1)
                return
            }
            #expect(run.output == "one\ntwo\nthree\nfour\n")
            #expect(
                run.errors == remarks.joined(separator: "\n") + """

                    error: The Gateway closed the connection before it answered (code 1008, device removed).
                    See `openclaw logs` for the reason.

                    """)
        }
    }

    @Test func safeModeIsSaid() async throws {
        var script = ScriptedAnswers.script
        script.answer = { request in
            let payload: JSONValue =
                request.method == "status"
                ? ["safeMode": ["reason": "openclaw.json:3:5: it does not parse"]]
                : ScriptedAnswers.payloads[request.method] ?? .null
            return [ScriptedGateway.ok(request, payload)]
        }
        try await ScriptedGateway.run(script) { server in
            let world = try CommandRun.World(server)
            let run = await CommandRun.run("status", in: world)
            #expect(run.output.contains("Safe mode  openclaw.json:3:5: it does not parse\n"))
            #expect(
                run.output.hasSuffix("Next: `openclaw config validate` shows what is wrong with the configuration.\n"))
            let json = try JSONParser.parse(await CommandRun.run("status", "--json", in: world).output)
            #expect(json["safeMode"] == ["reason": "openclaw.json:3:5: it does not parse"])
            #expect(json["gateway"]?["reachable"] == true)
        }
    }

    @Test func aDeviceThatMustBePairedIsToldHow() async throws {
        var script = ScriptedGateway.Script()
        let wire = WireError(
            .notPaired, "pairing required",
            details: ["code": "PAIRING_REQUIRED", "requestId": "5f0c", "reason": "not-paired"])
        script.connect = { [ScriptedGateway.refusal($0, wire), .close(1008, "pairing required")] }
        try await ScriptedGateway.run(script) { server in
            let run = await CommandRun.run("sessions", in: try CommandRun.World(server))
            #expect(
                run.transcript == """
                    exit 1
                    --- errors
                    error: This device is not paired with the Gateway yet.
                    On the Gateway's machine run `openclaw devices approve 5f0c`, then try again.

                    """)
        }
    }

    /// Attack S51: what a server says must not control the terminal of who reads it.
    @Test(arguments: commands.filter { $0 != "logs --plain" } + ["logs --plain", "agent -m hi"])
    func hostileTextCannotControlTheTerminal(_ command: String) async throws {
        let evil = "\u{1B}]0;owned\u{07}\u{1B}[2J\u{9B}31m\u{202E}\r\nerror: fake"
        var script = ScriptedGateway.Script()
        script.answer = { request in
            guard let payload = ScriptedAnswers.payloads[request.method] else {
                return [ScriptedGateway.refusal(request, WireError(.unavailable, evil))]
            }
            return [ScriptedGateway.ok(request, Self.poisoned(payload, evil))]
        }
        try await ScriptedGateway.run(script) { server in
            for words in [Self.words(command), Self.words(command) + ["--json"]] {
                let run = await CommandRun.run(words, in: try CommandRun.World(server))
                let all = run.output + run.errors
                #expect(!all.isEmpty)
                #expect(
                    all.unicodeScalars.allSatisfy {
                        $0 == "\n" || $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) && $0.value != 0x202E
                    })
            }
        }
    }

    private static func poisoned(_ value: JSONValue, _ evil: String) -> JSONValue {
        switch value {
        case .string(let text): .string(text + evil)
        case .array(let elements): .array(elements.map { poisoned($0, evil) })
        case .object(let object):
            .object(JSONObject(object.map { ($0, ["channelOrder"].contains($0) ? $1 : poisoned($1, evil)) }))
        default: value
        }
    }

    private static func words(_ command: String) -> [String] { command.split(separator: " ").map(String.init) }
}

/// A clock that does not wait between two looks at a log; deadlines never come.
struct ImpatientTime: TimeSource {
    let skipped: Set<Duration>

    init(skipping skipped: Set<Duration>) { self.skipped = skipped }

    var nowMilliseconds: Int64 { 1_772_352_000_000 }
    var monotonicNanoseconds: UInt64 { 0 }

    func sleep(for duration: Duration) async throws {
        if !skipped.contains(duration) { try await Task.sleep(for: .seconds(3600)) }
    }
}
