import ClawClientTesting
import ClawCommands
import ClawProtocol
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

struct SessionSweepTests {
    private static let day: Int64 = 86_400_000

    private static func session(_ name: String, age: Int64?, hasTranscript: Bool? = nil) -> SessionSweep.Session {
        SessionSweep.Session(
            key: "agent:main:\(name)", updatedAt: age.map { 100 * day - $0 * day }, hasTranscript: hasTranscript)
    }

    private func removals(
        _ sweep: SessionSweep, _ sessions: [SessionSweep.Session]
    ) -> [String] {
        sweep.removals(of: sessions, now: 100 * Self.day).map { "\($0.key) \($0.reason.rawValue)" }
    }

    @Test func whatWasNotUsedForLongGoesAndMainSessionsStay() {
        let sweep = SessionSweep(pruneAfter: 30 * Self.day, maxEntries: 500, activeKey: "agent:main:held")
        let sessions = [
            Self.session("main", age: 90), Self.session("held", age: 90), Self.session("old", age: 31),
            Self.session("edge", age: 30), Self.session("timeless", age: nil),
        ]
        #expect(removals(sweep, sessions) == ["agent:main:old pruned"])
    }

    /// What goes without anybody looking on is judged with more care.
    @Test func aSessionOfUnknownAgeStaysWhereNobodyLooks() {
        let sweep = SessionSweep(pruneAfter: 30 * Self.day, maxEntries: 0, keepsTimeless: true)
        let sessions = [Self.session("timeless", age: nil), Self.session("old", age: 31)]
        #expect(removals(sweep, sessions) == ["agent:main:old pruned"])
    }

    @Test func theOldestGoWhenThereAreTooMany() {
        let sweep = SessionSweep(pruneAfter: 1000 * Self.day, maxEntries: 2, activeKey: nil)
        let sessions = [
            Self.session("a", age: 1), Self.session("b", age: 9), Self.session("c", age: 5),
            Self.session("main", age: 50), Self.session("timeless", age: nil),
        ]
        let expected = ["a", "b", "c"].map { "agent:main:\($0) capped" }
        #expect(removals(sweep, sessions) == expected)
    }

    @Test func aSessionWithoutItsTranscriptGoesWhereSomebodyLooked() {
        let sweep = SessionSweep(pruneAfter: 1000 * Self.day, maxEntries: 2, activeKey: nil)
        let sessions = [
            Self.session("gone", age: 1, hasTranscript: false), Self.session("there", age: 2, hasTranscript: true),
            Self.session("unknown", age: 3),
        ]
        #expect(removals(sweep, sessions) == ["agent:main:gone missing"])
    }

    /// A Gateway with three old sessions besides the main one; the one that is busy is never removed.
    private static var script: ScriptedGateway.Script {
        let old = JSONValue.int64(ScriptedAnswers.now - 60 * day)
        let sessions: [JSONValue] = ["main", "busy", "irc:channel:#swift", "timeless"].map { name in
            ["key": .string("agent:main:\(name)"), "updatedAt": name == "timeless" ? .null : old]
        }
        var script = ScriptedGateway.Script()
        script.answer = { request in
            let key = request.params["key"]
            switch request.method {
            case "sessions.list": return [ScriptedGateway.ok(request, ["sessions": .array(sessions)])]
            case "sessions.delete":
                return [ScriptedGateway.ok(request, ["ok": true, "deleted": .bool(key != "agent:main:busy")])]
            case "sessions.resolve" where key == "#swift":
                return [ScriptedGateway.ok(request, ["ok": true, "key": "agent:main:irc:channel:#swift"])]
            default:
                let text = "No session found: \(key?.stringValue ?? "")"
                return [ScriptedGateway.refusal(request, WireError(.invalidRequest, text))]
            }
        }
        return script
    }

    @Test func whatIsUsedMeanwhileStaysAndIsSaid() async throws {
        try await ScriptedGateway.run(Self.script) { server in
            let world = try CommandRun.World(server)
            let run = await CommandRun.run("sessions", "cleanup", "--enforce", in: world)
            #expect(
                run.transcript == """
                    exit 0
                    --- output
                    SESSION                        WHY
                    agent:main:irc:channel:#swift  not used for long
                    Removed 1 session; transcripts are kept as <file>.deleted.<time>.
                    --- errors
                    agent:main:busy stays: it was used meanwhile.

                    """)
            let moments = server.requests.filter { $0.method == "sessions.delete" }.map {
                $0.params["unlessUpdatedAfter"]
            }
            let old = JSONValue.int64(ScriptedAnswers.now - 60 * Self.day)
            #expect(moments == [old, old])
        }
    }

    @Test func anActiveKeyIsResolvedOrRefused() async throws {
        try await ScriptedGateway.run(Self.script) { server in
            let world = try CommandRun.World(server)
            let kept = await CommandRun.run("sessions", "cleanup", "--active-key", "#swift", "--json", in: world)
            let removed = try JSONParser.parse(kept.output)["stores"]?.arrayValue?.first?["removed"]
            #expect(removed == [["key": "agent:main:busy", "reason": "pruned"]])
            let unknown = await CommandRun.run("sessions", "cleanup", "--enforce", "--active-key", "nope", in: world)
            #expect(unknown.status == 1)
            #expect(unknown.errors.hasPrefix("error: No session found: nope.\n"), "\(unknown.errors)")
            #expect(!server.requests.contains { $0.method == "sessions.delete" })
        }
    }

    @Test func onlyEnforcingRemoves() async throws {
        try await ScriptedGateway.run(Self.script) { server in
            let world = try CommandRun.World(server)
            for words in [["sessions", "cleanup"], ["sessions", "cleanup", "--enforce"]] {
                _ = await CommandRun.run(words, in: world)
            }
            try world.home.write(
                "{session: {maintenance: {mode: 'enforce', pruneAfter: '1h'}}}", to: ".openclaw/openclaw.json")
            let run = await CommandRun.run("sessions", "cleanup", "--dry-run", "--json", in: world)
            #expect(
                try JSONParser.parse(run.output) == [
                    "allAgents": true, "mode": "enforce", "dryRun": true,
                    "stores": [
                        [
                            "agentId": "main", "storePath": "$HOME/.openclaw/agents/main/sessions/sessions.json",
                            "beforeCount": 4, "afterCount": 2, "missing": 0, "pruned": 2, "capped": 0,
                            "removed": [
                                ["key": "agent:main:busy", "reason": "pruned"],
                                ["key": "agent:main:irc:channel:#swift", "reason": "pruned"],
                            ], "cameBack": [],
                        ]
                    ],
                ])
            _ = await CommandRun.run("sessions", "cleanup", in: world)
            let requests = server.requests.filter { $0.method == "sessions.delete" }.map { $0.params["key"] }
            let keys: [JSONValue] = ["agent:main:busy", "agent:main:irc:channel:#swift"]
            #expect(requests == keys + keys)
            let scopes = server.requests.filter { $0.method == "connect" }.map { $0.params["scopes"] }
            let (reading, changing): (JSONValue, JSONValue) = (["operator.read"], ["operator.read", "operator.admin"])
            #expect(scopes == [reading, changing, reading, changing])
        }
    }

    @Test func aDurationThatIsNoneIsSaid() async throws {
        try await ScriptedGateway.run(ScriptedAnswers.script) { server in
            let world = try CommandRun.World(server)
            try world.home.write("{session: {maintenance: {pruneAfter: 'soon'}}}", to: ".openclaw/openclaw.json")
            let run = await CommandRun.run("sessions", "cleanup", "--enforce", in: world)
            #expect(
                run.transcript == """
                    exit 1
                    --- errors
                    error: session.maintenance.pruneAfter "soon" is no duration.
                    Write it as 30d, 12h or 1h30m.

                    """)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func theIndexesTellWhenNoGatewayRuns() async throws {
        let port = try BoundPort()
        var world = try CommandRun.World()
        world.environment = ["OPENCLAW_GATEWAY_PORT": "\(port.number)"]
        let index = #"{"agent:main:main": {"sessionId": "s1", "updatedAt": 1772352000000, "model": "m", "other": 1}}"#
        try world.home.write(index, to: ".openclaw/agents/main/sessions/sessions.json")
        try world.home.write(
            #"{"agent:work:x": {"sessionId": "s2"}}"#, to: ".openclaw/agents/work/sessions/sessions.json")
        let main: JSONValue = [
            "key": "agent:main:main", "kind": "direct", "updatedAt": 1_772_352_000_000, "sessionId": "s1", "model": "m",
        ]
        let all = await CommandRun.run("sessions", "--json", in: world)
        #expect(
            try JSONParser.parse(all.output) == [
                "path": "(multiple)", "count": 2,
                "sessions": [main, ["key": "agent:work:x", "kind": "direct", "sessionId": "s2"]],
            ])
        let store = "\(world.home.path)/.openclaw/agents/main/sessions/sessions.json"
        let one = await CommandRun.run("sessions", "--store", store, "--json", in: world)
        #expect(one.errors == "")
        #expect(
            try JSONParser.parse(one.output) == [
                "path": "$HOME/.openclaw/agents/main/sessions/sessions.json", "count": 1, "sessions": [main],
            ])
        try world.home.write("{", to: ".openclaw/agents/work/sessions/sessions.json")
        let broken = await CommandRun.run("sessions", "--agent", "work", in: world)
        #expect(broken.status == 1)
        #expect(broken.errors.contains("is no session index: "))
    }

    @Test(arguments: [
        ("30d", 30 * day), ("45", 45 * day), ("1h30m", 5_400_000), ("500ms", 500), ("0", 0), ("", nil), ("d", nil),
        ("1x", nil), ("1h30", nil), ("-1d", nil), ("99999999999999999999d", nil), ("9999999999999d", nil),
    ])
    func durationsAreRead(_ text: String, _ expected: Int64?) {
        #expect(DurationText.milliseconds(text, unit: .days) == expected)
    }
}
