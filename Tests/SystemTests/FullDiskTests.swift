#if canImport(Glibc)
    import ClawClient
    import ClawProtocol
    import ClawSupport
    import ClawSystemTesting
    import ClawTestKit
    import Testing

    /// The Gateway cannot write for a while: it says so to whoever asks, loses nothing that it accepted, and goes on when
    /// there is room again.
    @Suite(.timeLimit(.minutes(10))) struct FullDiskTests {
        @Test func aFullDiskIsToldAndOvercome() async throws {
            let gateway = try GatewayProcess()
            try await gateway.start()
            let pid = try #require(gateway.pid)
            try await gateway.withClient { client in
                try await say("one", client)

                // No file may grow beyond this: to the process that is a disk without room.
                try await limitFiles(of: pid, to: "4096")
                let error = await #expect(throws: GatewayClientError.self) { try await say("two", client) }
                guard case .refused(let refusal, _)? = error else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                var expected = WireError(
                    .unavailable, "The journal cannot be used: disk I/O error (code 778) at \"COMMIT\".",
                    details: ["code": "storage", "hint": "Check the disk and the permissions."])
                expected.retryable = true
                #expect(refusal == expected)
                #expect(try await client.request("health", [:])["ok"] == true)

                try await limitFiles(of: pid, to: "unlimited")
                try await say("two", client)
                let history = try await client.request("chat.history", ["sessionKey": "s"])
                let questions = history["messages"]?.arrayValue?.filter { $0["role"]?.stringValue == "user" }
                #expect(questions?.count == 2)
            }
            #expect(await gateway.stop() == .exited(0))
        }

        private func say(_ text: String, _ client: GatewayClient) async throws {
            let ack = try await client.request(
                "chat.send", ["sessionKey": "s", "message": .string(text), "idempotencyKey": .string(text)])
            #expect(ack["status"]?.stringValue == "started")
            let end = try await client.request("agent.wait", ["runId": .string(text), "timeoutMs": 20_000])
            #expect(end["status"]?.stringValue == "ok")
        }

        /// `size` as prlimit(1) takes it.
        private func limitFiles(of pid: Int32, to size: String) async throws {
            let folder = try TemporaryDirectory("prlimit")
            let process = try ChildProcess(
                "/usr/bin/prlimit", ["--pid", "\(pid)", "--fsize=\(size):unlimited"], environment: [:],
                directory: folder.path, outputPath: "\(folder.path)/out")
            let status = try await process.waitForExit(timeout: .seconds(10))
            #expect(status == .exited(0), "\(process.output)")
        }
    }
#endif
