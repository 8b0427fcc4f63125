import ClawConfig
import ClawCore
import ClawGateway
import ClawProtocol
import ClawStore
import ClawSupport
import ClawTestKit
import FoundationEssentials
import Testing

/// `agents.create/update/delete` (gateway-methods §4) on a real file and real folders.
struct AgentLifeTests {
    private struct World {
        let bench: MethodBench
        let file: ConfigFile
        let workshop: AgentWorkshop
        let retirement: AgentRetirement
        /// The sessions whose runs were ended, in their order.
        let settled = Live<[SessionKey]>([])
        /// Whether a session whose runs are to end does not come to rest, from how many calls on.
        let restlessFrom = Live(Int.max)

        init(_ configuration: String, prepare: (TemporaryDirectory) throws -> Void = { _ in }) throws {
            let bench = try MethodBench { directory in
                try directory.write(configuration, to: "openclaw.json")
                try prepare(directory)
            }
            self.bench = bench
            let file = try ConfigFile.locate(
                environment: [
                    "HOME": "\(bench.directory.path)/home", "OPENCLAW_STATE_DIR": bench.directory.path,
                    "OPENCLAW_CONFIG_PATH": "\(bench.directory.path)/openclaw.json",
                ], workingDirectory: bench.directory.path)
            self.file = file
            let (settled, restlessFrom) = (settled, restlessFrom)
            let control = ConfigControl(editor: ConfigEditor(file, time: bench.time), snapshot: { file.inspect() })
            workshop = AgentWorkshop(
                control: control, location: file.location,
                resolve: { text, _ in
                    if text == "one" { return "scripted/one" }
                    guard text.contains("/") else {
                        throw ClawError(.invalidRequest, "There is no model \"\(text.prefix(20))\".")
                    }
                    return text
                }, time: bench.time)
            retirement = AgentRetirement(
                control: control, location: file.location, sessions: bench.sessions,
                settle: { key in
                    settled.replace(with: settled.value + [key])
                    if settled.value.count >= restlessFrom.value {
                        throw ClawError(.unavailable, "The session \(key) is still active.")
                    }
                }, time: bench.time)
        }

        var path: String { bench.directory.path }
        var configuration: String { bench.directory.read("openclaw.json") ?? "" }
        var list: JSONValue? { file.inspect().value["agents"]?["list"] }

        func has(_ name: String) -> Bool { AtomicFile.exists("\(path)/\(name)") }

        func create(_ params: JSONObject) async -> JSONValue {
            await bench.answer(AgentsCreate(workshop: workshop), .object(params))
        }

        func delete(_ params: JSONObject) async -> JSONValue {
            await bench.answer(AgentsDelete(retirement: retirement), .object(params))
        }
    }

    @Test func agentsAreMadeChangedAndDeleted() async throws {
        let world = try World(
            """
            {
              // Mine.
              gateway: { mode: 'local' }, // stays
              bindings: [
                { agentId: 'main', match: { channel: 'irc' } }, { agentId: 'Home Work', match: { channel: 'irc' } },
              ],
            }
            """)
        let workspace = JSONValue.string("\(world.path)/desk")
        let long = JSONValue.string(String(repeating: "x", count: 300))
        var text = await world.bench.transcript(
            AgentsCreate(workshop: world.workshop),
            [
                ["name": "Home Work", "workspace": workspace, "emoji": "🌹", "avatar": "R"],
                ["name": "home-work", "workspace": workspace], ["name": "Main", "workspace": workspace],
                ["name": "???", "workspace": workspace], ["name": "a", "workspace": .string(world.path)],
                ["name": "a", "workspace": "/"], ["name": "a", "workspace": "~/.."],
                ["name": "a\nb", "workspace": "x\u{0}y"], ["name": long, "workspace": workspace],
                ["name": "", "workspace": "", "emoji": 1, "avatar": [], "more": 1], [:], [],
            ])
        text += await world.bench.transcript(
            AgentsUpdate(workshop: world.workshop),
            [
                ["agentId": "home-work", "name": "Work", "model": "scripted/one", "avatar": "W"],
                ["agentId": "nobody", "name": "x"], ["agentId": "///", "name": "x"],
                ["agentId": "home-work", "model": long], ["agentId": "home-work", "workspace": "/"],
                ["agentId": 7, "name": "", "model": false, "emoji": "x"], [:],
            ])
        text += "\n\(world.configuration)\n"
        text += await world.bench.transcript(
            AgentsDelete(retirement: world.retirement),
            [
                ["agentId": "main"], ["agentId": "nobody"], ["agentId": "", "deleteFiles": "yes"],
                ["agentId": "HOME-WORK"], ["agentId": "home-work"], [:],
            ])
        text += "\n\(world.configuration)\n"
        expectGolden(text.replacing(world.path, with: "<state>"), "agents-life.txt")
    }

    @Test func aNewAgentHasItsFilesAtOnceAndKeepsTheOldOne() async throws {
        let world = try World("{}")
        let answer = await world.create(["name": "Work", "workspace": "~/desk", "emoji": "🌹"])
        #expect(answer["workspace"] == .string("\(world.path)/home/desk"))
        #expect(
            world.list?.text.replacing(world.path, with: "<state>")
                == #"[{"id":"main"},{"id":"work","name":"Work","workspace":"<state>/home/desk","identity":{"emoji":"🌹"}}]"#
        )
        #expect(world.file.inspect().configuration.agents.defaultID == .main)
        for name in ["AGENTS.md", "SOUL.md", "BOOTSTRAP.md"] { #expect(world.has("home/desk/\(name)")) }
        let identity = try #require(world.bench.directory.read("home/desk/IDENTITY.md"))
        #expect(identity.hasSuffix("- **Avatar:**\n- Name: Work\n- Emoji: 🌹\n"))
        #expect(AtomicFile.mode(of: "\(world.path)/agents/work/sessions") == 0o700)
        #expect(AtomicFile.mode(of: "\(world.path)/home/desk/IDENTITY.md") == 0o600)
    }

    @Test func whatIsThereStaysAsItIs() async throws {
        let world = try World("{ agents: { defaults: { skipBootstrap: false } } }") { directory in
            try directory.write("I am my own.", to: "desk/IDENTITY.md")
        }
        _ = await world.create(["name": "Work", "workspace": .string("\(world.path)/desk")])
        #expect(world.bench.directory.read("desk/IDENTITY.md") == "I am my own.")
        // It was there before, so it is not ours to move.
        #expect(await world.delete(["agentId": "work"])["ok"] == true)
        #expect(world.bench.directory.read("desk/IDENTITY.md") == "I am my own.")
        #expect(!world.has("agents/work"))
    }

    @Test func nothingIsMadeWhenTheConfigurationIsWrong() async throws {
        let world = try World("{ gateway: { port: 'x' } }")
        let answer = await world.create(["name": "Work", "workspace": .string("\(world.path)/desk")])
        #expect(answer["error"]?["message"] == "invalid config; fix before patching")
        #expect(!world.has("desk") && !world.has("agents/work"))
    }

    @Test func deletedAgentsGoToTheTrash() async throws {
        let world = try World("{}")
        let desk = "\(world.path)/desk"
        _ = await world.create(["name": "Work", "workspace": .string(desk)])
        try world.bench.directory.write("Roses", to: "desk/notes.md")
        let work = try #require(AgentID(normalizing: "work"))
        let key = SessionKey(agent: work, rest: "main")
        _ = try await world.bench.sessions.open(key, agent: work)
        try await world.bench.sessions.flush()

        let trash = "trash/work.2026-03-01T08-00-00.000Z"
        #expect(
            await world.delete(["agentId": "work"]) == [
                "ok": true, "agentId": "work", "removedBindings": 0,
                "moved": .strings(["workspace", "sessions", "agent"].map { "\(world.path)/\(trash)/\($0)" }),
            ])
        #expect(world.settled.value == [key, key])
        #expect(world.bench.directory.read("\(trash)/workspace/notes.md") == "Roses")
        #expect(world.has("\(trash)/sessions/sessions.json") && world.has("\(trash)/agent"))
        #expect(!world.has("desk") && !world.has("agents/work"))
        #expect(try await world.bench.sessions.list(agent: work).isEmpty)
        // One of the same name begins anew.
        _ = await world.create(["name": "Work", "workspace": .string(desk)])
        #expect(try await world.bench.sessions.list(agent: work).isEmpty && !world.has("desk/notes.md"))
    }

    @Test(arguments: [
        ("{ agents: { list: [{ id: 'main' }] } }", "main", #""main" cannot be deleted"#),
        ("{ agents: { list: [{ id: 'main' }] } }", "work", #"agent "work" not found"#),
        (
            "{ agents: { list: [{ id: 'work' }] }, gateway: { port: 'x' } }", "work",
            "invalid config; fix before patching"
        ),
    ])
    func aRefusedDeleteEndsNoRun(_ configuration: String, _ name: String, _ message: String) async throws {
        let world = try World(configuration)
        let agent = try #require(AgentID(normalizing: name))
        _ = try await world.bench.sessions.open(SessionKey(agent: agent, rest: "main"), agent: agent)
        let answer = await world.delete(["agentId": .string(name), "deleteFiles": false])
        #expect(answer["error"]?["message"] == .string(message))
        #expect(world.settled.value.isEmpty)
    }

    @Test func aDeleteThatFailedHalfwayIsFinishedByTheNext() async throws {
        let world = try World("{}")
        _ = await world.create(["name": "Work", "workspace": .string("\(world.path)/desk")])
        try world.bench.directory.write("Roses", to: "desk/notes.md")
        let work = try #require(AgentID(normalizing: "work"))
        _ = try await world.bench.sessions.open(SessionKey(agent: work, rest: "main"), agent: work)
        try await world.bench.sessions.flush()

        // Once before the configuration is written and once after.
        world.restlessFrom.replace(with: 2)
        let answer = await world.delete(["agentId": "work"])
        #expect(answer["ok"] == true && answer["moved"] == nil)
        #expect(
            answer["left"]?.arrayValue?.map { $0["reason"] } == ["The session agent:work:main is still active."])
        #expect(world.list == [["id": "main"]] && world.has("agents/work/agent") && world.has("desk/notes.md"))

        world.restlessFrom.replace(with: .max)
        let rest = await world.delete(["agentId": "work"])
        #expect(rest["ok"] == true && rest["removedBindings"] == 0 && rest["left"] == nil, "\(rest.text)")
        #expect(world.bench.directory.read("trash/work.2026-03-01T08-00-00.000Z/workspace/notes.md") == "Roses")
        #expect(!world.has("agents/work") && !world.has("desk"))
        #expect(try await world.bench.sessions.list(agent: work).isEmpty)
        // Now there is nothing left to do.
        #expect(await world.delete(["agentId": "work"])["error"]?["message"] == #"agent "work" not found"#)
    }

    /// A folder that stays is told, also where the rest of the deletion went well.
    @Test func whatCannotBeMovedIsTold() async throws {
        let world = try World("{}")
        _ = await world.create(["name": "Work", "workspace": .string("\(world.path)/desk")])
        // Nothing can be put where a file is.
        try world.bench.directory.write("", to: "trash")
        let answer = await world.delete(["agentId": "work"])
        #expect(answer["ok"] == true && answer["moved"] == nil)
        let left = answer["left"]?.arrayValue ?? []
        #expect(left.count == 3)
        #expect(left.allSatisfy { $0["reason"]?.stringValue?.contains("trash") == true })
        #expect(world.has("desk/SOUL.md") && world.has("agents/work/sessions"))
        #expect(world.list == [["id": "main"]])
    }

    @Test func aModelThatCannotBeUsedIsNotSet() async throws {
        let world = try World("{ agents: { defaults: { models: { 'a/b': {} } } } }")
        let update = AgentsUpdate(workshop: world.workshop)
        let before = world.configuration
        let refusal = await world.bench.answer(update, ["agentId": "main", "model": "nonsense"])
        #expect(refusal["error"]?["message"] == "There is no model \"nonsense\".")
        #expect(world.configuration == before)
        // A short name is written out, and joins the models that may be chosen.
        #expect(await world.bench.answer(update, ["agentId": "main", "model": "one"])["ok"] == true)
        #expect(world.list == [["id": "main", "model": "scripted/one"]])
        #expect(world.file.inspect().value["agents"]?["defaults"]?["models"] == ["a/b": [:], "scripted/one": [:]])
    }

    @Test func filesStayOnRequestAndWhereOthersUseThem() async throws {
        let world = try World("{}")
        let desk = JSONValue.string("\(world.path)/desk")
        for name in ["One", "Two", "Three"] { _ = await world.create(["name": .string(name), "workspace": desk]) }
        // The folder was made for One, and Two and Three use it.
        #expect(await world.delete(["agentId": "one"])["ok"] == true)
        #expect(world.has("desk/SOUL.md") && !world.has("agents/one"))
        #expect(await world.delete(["agentId": "two", "deleteFiles": false])["ok"] == true)
        #expect(world.has("desk/SOUL.md") && world.has("agents/two/sessions"))
        // Nor does a folder inside it go with another one.
        _ = await world.create(["name": "Deep", "workspace": .string("\(world.path)/desk/deep")])
        #expect(await world.delete(["agentId": "deep"])["ok"] == true)
        #expect(world.has("desk/deep/SOUL.md"))
    }

    @Test func everythingThatNamesAnAgentForgetsIt() async throws {
        let world = try World(
            """
            {
              agents: { list: [{ id: 'main' }, { id: 'a' }, { id: 'b' }] },
              bindings: [
                { agentId: 'a', match: { channel: 'irc' } }, { agentId: 'b', match: { channel: 'irc', accountId: 'x' } },
                { agentId: 'a', match: { channel: 'irc', accountId: 'y' } },
              ],
              broadcast: { 'x.y': ['b', 'a'], strategy: 'parallel' },
              tools: { agentToAgent: { allow: ['a', 'main'] } },
            }
            """)
        #expect(await world.delete(["agentId": "a", "deleteFiles": false])["removedBindings"] == 2)
        let value = world.file.inspect().value
        #expect(value["agents"]?["list"] == [["id": "main"], ["id": "b"]])
        #expect(value["bindings"]?.arrayValue?.map { $0["agentId"] } == ["b"])
        #expect(value["broadcast"] == ["x.y": ["b"], "strategy": "parallel"])
        #expect(value["tools"]?["agentToAgent"]?["allow"] == ["main"])
    }

    @Test func fallbacksStayWhenTheModelChanges() async throws {
        let world = try World("{ agents: { list: [{ id: 'main', model: { primary: 'a/b', fallbacks: ['c/d'] } }] } }")
        let update = AgentsUpdate(workshop: world.workshop)
        #expect(await world.bench.answer(update, ["agentId": "main", "model": "e/f"])["ok"] == true)
        #expect(world.list == [["id": "main", "model": ["primary": "e/f", "fallbacks": ["c/d"]]]])
        // The agent that nobody listed becomes listed by that.
        let other = try World("{}")
        let first = AgentsUpdate(workshop: other.workshop)
        #expect(await other.bench.answer(first, ["agentId": "main", "name": "Me"])["ok"] == true)
        #expect(other.list == [["id": "main", "name": "Me"]])
    }
}
