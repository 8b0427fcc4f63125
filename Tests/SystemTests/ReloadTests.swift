import ClawClient
import ClawProtocol
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The configuration changes while the Gateway runs.
@Suite(.timeLimit(.minutes(10))) struct ReloadTests {
    private func edit(_ gateway: GatewayProcess, _ path: String, _ value: String) async throws {
        let (status, output) = try await gateway.command(["config", "set", path, value])
        #expect(status == .exited(0), "\(output)")
    }

    /// Asks until the answer is as wanted; the time limit of the suite ends what never is.
    private func wait(
        _ client: GatewayClient, for method: String, _ isWanted: (JSONValue) -> Bool
    ) async throws -> JSONValue {
        while true {
            let answer = try await client.request(method, [:])
            if isWanted(answer) { return answer }
            usleep(20_000)
        }
    }

    @Test func whatCanTakeEffectDoesSoWithoutARestart() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        try await gateway.withClient { client in
            try await edit(gateway, "agents.list", #"[{id: "main", default: true}, {id: "work", name: "Work"}]"#)
            let agents = try await wait(client, for: "agents.list") { $0["agents"]?.arrayValue?.count == 2 }
            #expect(agents["agents"]?.arrayValue?.compactMap { $0["id"]?.stringValue } == ["main", "work"])

            // A turn of the new agent runs, on the same connection.
            let end = try await client.requestExpectingFinal(
                "agent", ["message": "Hello", "agentId": "work", "idempotencyKey": "one"])
            #expect(end["status"] == "ok")

            let models = #"{x: {baseUrl: "http://127.0.0.1:9/v1", models: [{id: "m", name: "M"}]}}"#
            try await edit(gateway, "models.providers", models)
            let list = try await wait(client, for: "models.list") { $0.text.contains(#""provider":"x""#) }
            #expect(list["models"]?.arrayValue?.contains { $0["id"] == "m" } == true)
        }
        #expect(await gateway.stop() == .exited(0))
    }

    @Test func agentsComeAndGoWhileTheGatewayRuns() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        let state = gateway.stateDirectory
        try await gateway.withClient { client in
            _ = try await client.request("agents.create", ["name": "Work", "workspace": .string("\(state)/desk")])
            #expect(AtomicFile.exists("\(state)/desk/SOUL.md"))
            let end = try await client.requestExpectingFinal(
                "agent", ["message": "Hello", "agentId": "work", "idempotencyKey": "one"])
            #expect(end["status"] == "ok")
            // An agent that the file alone adds has its files, too.
            try await edit(gateway, "agents.list", #"[{id: "main"}, {id: "work"}, {id: "more"}]"#)
            while !AtomicFile.exists("\(state)/workspace-more/HEARTBEAT.md") { usleep(20_000) }

            _ = try await client.request("agents.delete", ["agentId": "work"])
            let agents = try await client.request("agents.list", [:])["agents"]?.arrayValue
            #expect(agents?.compactMap { $0["id"]?.stringValue } == ["main", "more"])
            #expect(!AtomicFile.exists("\(state)/agents/work"))
            let sessions = try await client.request("sessions.list", [:])["sessions"]?.arrayValue ?? []
            #expect(!sessions.contains { $0["key"]?.stringValue?.hasPrefix("agent:work:") == true })
        }
        #expect(await gateway.stop() == .exited(0))
        #expect(!AtomicFile.exists("\(state)/agents/work"))
    }

    @Test func theLogMovesAndStoredKeysCountWithoutARestart() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        try await gateway.withClient { client in
            let log = "\(gateway.stateDirectory)/moved.log"
            try await edit(gateway, "logging", #"{level: "error", file: "\#(log)"}"#)
            let tail = try await wait(client, for: "logs.tail") { $0["file"]?.stringValue == log }
            #expect(tail["lines"] == [])
            try await edit(gateway, "logging.level", "info")
            _ = try await wait(client, for: "logs.tail") { $0.text.contains("configuration reloaded") }

            let vendor = try Self.refusingVendor(in: gateway.stateDirectory)
            while !vendor.output.contains("\n") { usleep(20_000) }
            let port = vendor.output.filter(\.isNumber)
            try await edit(gateway, "models.providers.openai.baseUrl", "http://127.0.0.1:\(port)/v1")
            try await edit(gateway, "agents.defaults.model", "openai/gpt-5.2")
            var round = 0
            while try await !complaint(client, "without-\(round)").contains("none is set") { round += 1 }
            try AtomicFile.makeDirectory("\(gateway.stateDirectory)/agents/main/agent")
            let profiles =
                #"{"version":1,"profiles":{"openai:default":{"type":"api_key","provider":"openai","key":"sk-stored"}}}"#
            try AtomicFile.write(
                Array(profiles.utf8), to: "\(gateway.stateDirectory)/agents/main/agent/auth-profiles.json")
            while try await !complaint(client, "with-\(round)").contains("refused the key") { round += 1 }
        }
        #expect(await gateway.stop() == .exited(0))
    }

    /// A vendor of models that lets nobody in; it writes its port.
    private static func refusingVendor(in folder: String) throws -> ChildProcess {
        let program = """
            import http.server
            class Refusal(http.server.BaseHTTPRequestHandler):
                def do_POST(self):
                    self.rfile.read(int(self.headers["Content-Length"]))
                    self.send_response(401)
                    self.end_headers()
                def log_message(self, *_): pass
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusal)
            print(server.server_port, flush=True)
            server.serve_forever()
            """
        return try ChildProcess("python3", ["-c", program], outputPath: "\(folder)/vendor.out")
    }

    @Test func secretsAreTakenAnewAllOrNone() async throws {
        let gateway = try GatewayProcess()
        let file = "\(gateway.stateDirectory)/keys.json"
        let reference: JSONValue = ["source": "file", "provider": "keys", "id": "/x"]
        for (path, value) in [
            ("secrets.providers.keys", #"{source: "file", path: "\#(file)"}"#),
            ("models.providers.x", #"{baseUrl: "http://127.0.0.1:9/v1", apiKey: \#(reference.text)}"#),
        ] {
            try await edit(gateway, path, value)
        }
        // Without its secret it does not start, and says which.
        await #expect(throws: (any Error).self) { try await gateway.start() }
        #expect(gateway.output.contains("models.providers.x.apiKey (file:keys:/x): \(file) does not exist."))
        try AtomicFile.write(Array(#"{"x":"sk-first"}"#.utf8), to: file)
        try await gateway.start()
        try await gateway.withClient { client in
            #expect(try await client.request("secrets.reload", [:]) == ["ok": true, "warningCount": 0])
            try AtomicFile.write(Array(#"{"y":"sk-other"}"#.utf8), to: file)
            let error = await #expect(throws: GatewayClientError.self) {
                _ = try await client.request("secrets.reload", [:])
            }
            #expect("\(String(describing: error))".contains("Nothing stands in the file at this id."))
            // The Gateway goes on with what it has, also through a restart.
            #expect(Self.signal(try #require(gateway.pid), SIGUSR1) == 0)
            try await expectShutdown(client)
        }
        try await waitForGateway(gateway)
        #expect(try await gateway.command(["secrets", "audit", "--check"]).status == .exited(2))
        try AtomicFile.write(Array(#"{"x":"sk-second"}"#.utf8), to: file)
        let (status, output) = try await gateway.command(["secrets", "reload"])
        #expect(status == .exited(0) && output.contains("Secrets reloaded."), "\(output)")
        #expect(!gateway.output.contains("sk-"))
        #expect(await gateway.stop() == .exited(0))
    }

    /// What the end of a run that cannot work says.
    private func complaint(_ client: GatewayClient, _ key: String) async throws -> String {
        do {
            return try await client.requestExpectingFinal(
                "agent", ["message": "Hello", "idempotencyKey": .string(key)]
            ).text
        } catch GatewayClientError.refused(let error, _) {
            return error.message
        }
    }

    @Test func aFileThatDoesNotWorkChangesNothingAndIsTold() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        try await gateway.withClient { client in
            let before = try #require(try AtomicFile.read(gateway.configurationPath))
            try AtomicFile.write(Array("{ gateway: { port: 'x' } }".utf8), to: gateway.configurationPath)
            let status = try await wait(client, for: "status") { $0["rejectedConfiguration"] != nil }
            #expect(status["rejectedConfiguration"]?["reason"]?.stringValue?.contains("gateway.port") == true)
            #expect(try await client.request("config.get", [:])["valid"] == false)
            try AtomicFile.write(before, to: gateway.configurationPath)
            _ = try await wait(client, for: "status") { $0["rejectedConfiguration"] == nil }
            // One that refuses to start is not tried by dying.
            let open = #"{"gateway":{"mode":"local","bind":"lan","auth":{"mode":"none"}}}"#
            try AtomicFile.write(Array(open.utf8), to: gateway.configurationPath)
            let refused = try await wait(client, for: "status") { $0["rejectedConfiguration"] != nil }
            #expect(
                refused["rejectedConfiguration"]?["reason"]?.stringValue?.contains(
                    "gateway.auth.mode: Mode none would let everybody in")
                    == true, "\(refused.text)")
            // Nor one for a Gateway that is elsewhere.
            try AtomicFile.write(Array(#"{"gateway":{"mode":"remote"}}"#.utf8), to: gateway.configurationPath)
            _ = try await wait(client, for: "status") {
                $0["rejectedConfiguration"]?["reason"]?.stringValue?.contains(
                    "this installation uses a Gateway on another machine") == true
            }
        }
        #expect(await gateway.stop() == .exited(0))
    }

    @Test func whatNeedsARestartGetsOneInTheSameProcess() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        let pid = gateway.pid
        try await gateway.withClient { client in
            let snapshot = try await client.request("config.get", [:])
            let answer = try await client.request(
                "config.patch",
                [
                    "raw": "{ gateway: { controlUi: { basePath: '/claw' } } }",
                    "baseHash": try #require(snapshot["hash"]),
                    "restartDelayMs": 0, "sessionKey": "main", "note": "The page has moved.",
                ])
            #expect(answer["restart"]?["ok"] == true && answer["restart"]?["delayMs"] == 0, "\(answer.text)")
            let note = answer["sentinel"]?["path"]?.stringValue
            #expect(note?.hasSuffix("/restart-sentinel.json") == true, "\(answer.text)")
            try await expectShutdown(client)
        }
        try await waitForGateway(gateway)
        #expect(gateway.pid == pid)
        try await gateway.withClient { client in
            let config = try await client.request("config.get", [:])
            #expect(config["config"]?["gateway"]?["controlUi"]?["basePath"] == "/claw")
            // Who asked is told, once.
            let status = try await client.request("status", [:])
            #expect(
                status["queuedSystemEvents"]
                    == ["The Gateway has restarted (config-patch, ok). The page has moved."])
        }
        #expect(await gateway.stop() == .exited(0))
    }

    /// A signal in the middle of runs: each of them has one outcome, clients are told, and nothing is left behind.
    @Test func aSignalRestartsAndLosesNothing() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        let pid = try #require(gateway.pid)
        var descriptors: [Int] = []
        for round in 0..<5 {
            try await gateway.withClient { client in
                for number in 0..<4 {
                    let ack = try await client.request(
                        "chat.send",
                        [
                            "sessionKey": .string("s\(number)"), "message": "Hello",
                            "idempotencyKey": .string("r\(round)-\(number)"),
                        ])
                    #expect(ack["status"] == "started")
                }
                #expect(Self.signal(pid, SIGUSR1) == 0)
                try await expectShutdown(client)
            }
            try await waitForGateway(gateway)
            descriptors.append(try await openDescriptors(pid))
        }
        #expect(gateway.pid == pid)
        try await gateway.withClient { client in
            for round in 0..<5 {
                for number in 0..<4 {
                    let key = "r\(round)-\(number)"
                    _ = try await client.request("agent.wait", ["runId": .string(key), "timeoutMs": 10_000])
                    let again = try await client.request(
                        "chat.send",
                        ["sessionKey": .string("s\(number)"), "message": "x", "idempotencyKey": .string(key)])
                    #expect(again["status"] == "ok", "\(key): \(again.text)")
                }
            }
        }
        // A life that left something open would leave it five times over; sockets that are just closing are a few.
        #expect(try #require(descriptors.last) <= descriptors[0] + 4, "\(descriptors)")
        #expect(await gateway.stop() == .exited(0))
    }

    /// A stop that comes while a restart is under way is a stop, also in the moment between two lives.
    @Test func aStopDuringARestartStops() async throws {
        for round in 0..<4 {
            let gateway = try GatewayProcess()
            try await gateway.start()
            let pid = try #require(gateway.pid)
            try await gateway.withClient { client in
                #expect(Self.signal(pid, SIGUSR1) == 0)
                try await expectShutdown(client)
                try await Task.sleep(for: .milliseconds(round * 4))
                #expect(Self.signal(pid, SIGTERM) == 0)
            }
            #expect(try await gateway.waitForExit() == .exited(0), "round \(round)")
        }
    }

    private func expectShutdown(_ client: GatewayClient) async throws {
        for await event in client.events where event.name.rawValue == "shutdown" {
            #expect(event.payload?["reason"] == "gateway restarting")
            #expect(event.payload?["restartExpectedMs"] == 1500)
            return
        }
        Issue.record("the connection ended without a shutdown event")
    }

    private func waitForGateway(_ gateway: GatewayProcess) async throws {
        while true {
            do {
                // One that is about to stop still lets clients in, and answers nothing.
                return try await gateway.withClient { _ = try await $0.request("config.get", [:]) }
            } catch is GatewayClientError {
                usleep(10_000)
            }
        }
    }

    private func openDescriptors(_ pid: Int32) async throws -> Int {
        let directory = try TemporaryDirectory("fds")
        let process = try ChildProcess(
            "/bin/ls", ["/proc/\(pid)/fd"], environment: [:], directory: directory.path,
            outputPath: "\(directory.path)/out")
        _ = try await process.waitForExit(timeout: .seconds(10))
        return process.output.split(separator: "\n").count
    }

    private static func signal(_ pid: Int32, _ number: Int32) -> Int32 { kill(pid, number) }
}
