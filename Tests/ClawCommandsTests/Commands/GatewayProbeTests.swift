import ClawClientTesting
import ClawCommands
import ClawProtocol
import ClawSupport
import ClawTestKit
import Testing

/// `gateway call` and `gateway probe` against a Gateway that answers from a table.
struct GatewayProbeTests {
    @Test func aCallSendsItsParametersAndPrintsTheAnswer() async throws {
        try await ScriptedGateway.run { server in
            let world = try CommandRun.World(server)
            let words = ["gateway", "call", "some.method", "--params", "{limit: 5}"]
            let run = await CommandRun.run(words, in: world)
            #expect(
                run.transcript
                    == "exit 0\n--- output\nGateway call: some.method\n{\n  \"echo\": \"some.method\"\n}\n")
            #expect(server.requests.last?.params == ["limit": 5])
            let json = await CommandRun.run(words + ["--json", "--scope", "operator.read"], in: world)
            #expect(json.output == "{\n  \"echo\": \"some.method\"\n}\n")
            let scopes = server.requests.filter { $0.method == "connect" }.map { $0.params["scopes"] }
            #expect(scopes.last == ["operator.read"])
        }
    }

    @Test(arguments: [("[1]", "--params is no object."), ("{a", "--params is no JSON: ")])
    func parametersThatAreNoneAreNotSent(_ params: String, _ message: String) async throws {
        try await ScriptedGateway.run { server in
            let run = await CommandRun.run(
                "gateway", "call", "health", "--params", params, in: try CommandRun.World(server))
            #expect(run.status == 1)
            #expect(run.errors.hasPrefix("error: \(message)"))
            #expect(server.requests.isEmpty)
        }
    }

    @Test func everyPlaceIsLookedAtAndOneIsEnough() async throws {
        try await ScriptedGateway.run { server in
            let held = try BoundPort()
            let away = held.number
            var world = try CommandRun.World(server)
            try world.home.write(
                "{gateway: {mode: 'remote', remote: {url: 'ws://127.0.0.1:\(away)', token: 't'}}}", to: "c.json")
            world.environment["OPENCLAW_CONFIG_PATH"] = "\(world.home.path)/c.json"
            let run = await CommandRun.run("gateway", "probe", "--json", in: world)
            #expect(run.status == 0)
            let json = try JSONParser.parse(run.output)
            #expect(json["ok"] == true)
            #expect(json["primaryTargetId"] == "localLoopback")
            let targets = json["targets"]?.arrayValue ?? []
            #expect(targets.map { $0["id"] } == ["configRemote", "localLoopback"])
            #expect(targets.map { $0["active"] } == [true, false])
            #expect(targets.map { $0["connect"]?["ok"] } == [false, true])
            #expect(
                targets.first?["connect"]?["error"]
                    == .string("The Gateway at ws://127.0.0.1:\(away) cannot be reached: nothing listens there."))
        }
    }

    @Test func noGatewayAnywhereIsAFailureThatSaysWhatToDo() async throws {
        var world = try CommandRun.World()
        let held = try BoundPort()
        world.environment["OPENCLAW_GATEWAY_PORT"] = "\(held.number)"
        let run = await CommandRun.run("gateway", "probe", in: world)
        #expect(run.status == 1)
        #expect(run.output.hasPrefix("Gateway Status\nReachable: no\n"))
        #expect(run.errors == "Start it with `openclaw gateway run`.\n")
        let json = try JSONParser.parse(await CommandRun.run("gateway", "probe", "--json", in: world).output)
        #expect(json["ok"] == false)
        #expect(json["primaryTargetId"] == .null)
    }
}
