#if canImport(Glibc)
    import ClawSupport
    import ClawSystemTesting
    import ClawTestKit
    import FoundationEssentials
    import Testing

    /// A Gateway that listens on its own machine only, reached from elsewhere over a real sshd.
    @Suite(.timeLimit(.minutes(10))) struct SSHRouteTests {
        /// A command of another machine, with a configuration of its own.
        private func command(
            _ arguments: [String], remote: JSONObject, _ server: TestSSHServer
        ) async throws -> (status: ChildProcess.ExitStatus, output: String) {
            let home = try TemporaryDirectory("laptop")
            let configuration: JSONValue = ["gateway": ["mode": "remote", "remote": .object(remote)]]
            try home.write(configuration.prettyText, to: "state/openclaw.json")
            let process = try ChildProcess(
                GatewayProcess.executable, arguments,
                environment: server.environment.merging([
                    "HOME": home.path, "OPENCLAW_STATE_DIR": "\(home.path)/state", "TMPDIR": home.path,
                ]) { $1 }, directory: home.path, outputPath: "\(home.path)/out")
            let status = try await process.waitForExit(timeout: .seconds(30))
            return (status, process.output)
        }

        @Test func commandsReachAGatewayOverSSH() async throws {
            let server = try await TestSSHServer.start()
            let gateway = try GatewayProcess()
            try await gateway.start()
            var remote: JSONObject = [
                "url": .string("ws://127.0.0.1:\(gateway.port)"), "token": .string(GatewayProcess.token),
                "sshTarget": .string("\(server.user)@127.0.0.1:\(server.port)"),
                "sshIdentity": .string(server.identity),
            ]
            let health = try await command(["health", "--json"], remote: remote, server)
            #expect(health.status == .exited(0), "\(health.output)")
            #expect(try JSONParser.parse(health.output)["ok"] == true)
            let answer = try await command(["agent", "--message", "Hello"], remote: remote, server)
            #expect(answer.status == .exited(0) && answer.output.contains("I am a built-in script"), "\(answer.output)")

            // The words of ssh, and of the other end, say what is wrong.
            remote["sshIdentity"] = .string(server.strangerIdentity)
            let stranger = try await command(["health"], remote: remote, server)
            #expect(stranger.status == .exited(1))
            #expect(
                stranger.output.contains("ssh could not reach \(server.user)@127.0.0.1: ")
                    && stranger.output.contains("Permission denied (publickey)"), "\(stranger.output)")
            remote["sshIdentity"] = .string(server.identity)
            let nobody = try freePort()
            remote["url"] = .string("ws://127.0.0.1:\(nobody)")
            let absent = try await command(["health"], remote: remote, server)
            #expect(absent.status == .exited(1))
            #expect(
                absent.output.contains("No Gateway listens on port \(nobody) of \(server.user)@127.0.0.1: "),
                "\(absent.output)")
            #expect(await gateway.stop() == .exited(0))
        }

        /// The tunnel that people make by hand: the Gateway takes what comes through it for a client of its own machine.
        @Test func aTunnelMadeByHandLeadsToTheGatewayAndItsPage() async throws {
            let server = try await TestSSHServer.start()
            let gateway = try GatewayProcess()
            try await gateway.start()
            let port = try freePort()
            let tunnel = try ChildProcess(
                "\(server.directory.path)/bin/ssh",
                [
                    "-N", "-L", "127.0.0.1:\(port):127.0.0.1:\(gateway.port)", "-i", server.identity, "-p",
                    "\(server.port)", "-o", "ExitOnForwardFailure=yes", "-v", "\(server.user)@127.0.0.1",
                ], environment: server.environment, outputPath: "\(server.directory.path)/tunnel.out")
            _ = try await tunnel.waitForLine(containing: "Local forwarding listening on 127.0.0.1 port \(port)")
            let health = try await gateway.command([
                "health", "--json", "--url", "ws://127.0.0.1:\(port)", "--token", GatewayProcess.token,
            ])
            #expect(health.status == .exited(0), "\(health.output)")
            #expect(try JSONParser.parse(health.output)["ok"] == true)
            tunnel.kill()
            #expect(await gateway.stop() == .exited(0))
        }
    }
#endif
