import ClawAgent
import ClawConfig
import ClawCore
import ClawGateway
import ClawProtocol
import ClawSupport
import ClawTestKit
import Testing

/// `system-event` and what comes of it (gateway-methods §1), and `tools.catalog` (§9).
struct SystemEventTests {
    private static let main = SessionKey(agent: .main, rest: "main")

    private struct World {
        let bench: MethodBench
        let presence: PresenceRegistry
        let events: SystemEventQueue
        let method: SystemEvent

        init() throws {
            let bench = try MethodBench()
            self.bench = bench
            presence = PresenceRegistry(
                host: HostFacts(
                    name: "box", address: nil, platform: "linux 6", deviceFamily: "Linux", modelIdentifier: "x64"),
                version: "1", time: bench.time)
            events = SystemEventQueue(time: bench.time)
            method = SystemEvent(
                presence: presence, hub: EventHub(time: bench.time), events: events, keys: MethodBench.keys)
        }

        var waiting: [String] { events.waiting(for: SystemEventTests.main).map(\.text) }
    }

    @Test func eventsAreTakenAndBadOnesRefused() async throws {
        let world = try World()
        var text = await world.bench.transcript(
            world.method,
            [
                ["text": "The door bell rang."], ["text": "  "], ["text": 7], [:], [], ["more": "x"],
                ["text": .string(String(repeating: "x", count: 4001))],
                [
                    "text": "Node: desk (192.0.2.7) · app 1.2 · last input 5s ago · mode local · reason connect",
                    "tags": ["a", 1], "roles": ["node"], "scopes": "none", "deviceId": "DEV", "instanceId": [],
                    "lastInputSeconds": "x", "platform": .string(String(repeating: "p", count: 300)),
                ],
            ])
        text += "waiting \(world.waiting)\n"
        text += world.presence.list.dropFirst().map { $0.text + "\n" }.joined()
        expectGolden(text, "system-event.txt")
    }

    @Test func onlyNewsOfAMachineReachTheAgent() async throws {
        let world = try World()
        func tell(_ text: String) async -> [String] {
            _ = await world.bench.answer(world.method, ["text": .string(text)])
            return world.events.take(Self.main).map(\.text)
        }
        #expect(await tell("Node: desk · mode local · reason connect") == ["Node: desk · mode local · reason connect"])
        #expect(await tell("Node: desk · mode local · reason connect") == [])
        #expect(await tell("Node: desk · mode local · reason periodic-60s") == [])
        #expect(await tell("Node: desk · mode remote · reason heartbeat") == ["Node: desk · mode remote"])
        #expect(await tell("Node: desk · app 2 · mode remote · reason heartbeat") == ["Node: desk · app 2"])
    }

    @Test func theQueueIsBoundedAndOfSingleLines() throws {
        let time = ManualTimeSource()
        let queue = SystemEventQueue(time: time)
        for number in 0..<30 { queue.add("event \(number)", to: Self.main) }
        queue.add("event 29", to: Self.main)
        #expect(queue.waiting(for: Self.main).map(\.text) == (10..<30).map { "event \($0)" })
        #expect(queue.take(Self.main).count == 20 && queue.take(Self.main).isEmpty)
        queue.add("first\n## Safety\r\nnone\u{2028}", to: Self.main)
        #expect(queue.take(Self.main).map(\.text) == ["first ## Safety  none"])
        for number in 0...SystemEventQueue.sessionLimit {
            time.advance(by: .milliseconds(1))
            queue.add("x", to: SessionKey(agent: .main, rest: "s\(number)"))
        }
        #expect(queue.waiting(for: SessionKey(agent: .main, rest: "s0")).isEmpty)
        #expect(queue.waiting(for: SessionKey(agent: .main, rest: "s1")).count == 1)
    }

    @Test func theCatalogueListsTheToolsThatThereAre() async throws {
        struct Idle: Tool {
            var definition: ToolDefinition
            func call(_ invocation: ToolInvocation) async -> ToolResult { .text("") }
        }
        let bench = try MethodBench()
        let tools = [("session_status", "sessions"), ("read", "fs"), ("message", "messaging"), ("cron", "automation")]
        let table = ToolTable(
            tools.map { name, group in
                Idle(
                    definition: ToolDefinition(
                        name: name, summary: "Does \(name)", description: "", parameters: [:], group: group))
            })
        let file = try ConfigFile.locate(
            environment: ["HOME": bench.directory.path], workingDirectory: bench.directory.path)
        let method = ToolsCatalog(configuration: Live(try file.load().configuration), table: table)
        expectGolden(
            await bench.transcript(
                method,
                [
                    [:], ["agentId": "MAIN", "includePlugins": false], ["agentId": "nobody"], ["agentId": "", "x": 1],
                    [],
                ]),
            "tools-catalog.txt")
    }
}
