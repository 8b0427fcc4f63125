import ClawClient
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import Testing

/// A backup of a Gateway that is at work, restored into an empty directory, is a Gateway that goes on.
@Suite(.timeLimit(.minutes(10))) struct BackupSystemTests {
    @Test func aRestoredGatewayAnswersAndRemembers() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        let file = "\(gateway.directory.path)/a.backup"
        let secret = "\(gateway.directory.path)/secret"
        try AtomicFile.write(Array("a long enough passphrase\n".utf8), to: secret)
        try await gateway.withClient { client in
            try await say("my name is Bob", run: "first", client)
            // These turns run while the backup is made.
            for number in 0..<20 {
                _ = try await client.request(
                    "chat.send",
                    [
                        "sessionKey": .string("s\(number)"), "message": "message",
                        "idempotencyKey": .string("flow\(number)"),
                    ])
            }
            let (status, output) = try await gateway.command([
                "backup", "create", "--output", file, "--passphrase-file", secret,
            ])
            #expect(status == .exited(0), "\(output)")
            #expect(output.contains("Wrote \(file): "), "\(output)")
        }
        #expect(await gateway.stop() == .exited(0))

        let other = try GatewayProcess(restoredFrom: gateway)
        let restored = try await other.command([
            "backup", "restore", file, "--into", other.stateDirectory, "--passphrase-file", secret,
        ])
        #expect(restored.status == .exited(0), "\(restored.output)")
        try await other.start()
        try await other.withClient { client in
            let history = try await client.request("chat.history", ["sessionKey": "s"])
            #expect(history.text.contains("my name is Bob"))
            try await say("and now?", run: "after", client)
        }
        #expect(await other.stop() == .exited(0))
    }

    @Test func aWrongPassphraseAndAFullDirectoryAreSaid() async throws {
        let gateway = try GatewayProcess()
        let file = "\(gateway.directory.path)/a.backup"
        let (right, wrong) = ("\(gateway.directory.path)/right", "\(gateway.directory.path)/wrong")
        try AtomicFile.write(Array("a long enough passphrase".utf8), to: right)
        try AtomicFile.write(Array("short".utf8), to: wrong)
        let refused = try await gateway.command(["backup", "create", "--output", file, "--passphrase-file", wrong])
        #expect(refused.status == .exited(1))
        #expect(refused.output.hasPrefix("error: The passphrase has fewer than 12 characters.\n"), "\(refused.output)")
        let made = try await gateway.command(["backup", "create", "--output", file, "--passphrase-file", right])
        #expect(made.status == .exited(0), "\(made.output)")
        let unread = try await gateway.command(["backup", "verify", file, "--passphrase-file", wrong])
        #expect(
            unread.output == """
                error: The passphrase is not the one that the backup was made with.
                Without it nobody can read the backup; there is no other way in.

                """)
        let whole = try await gateway.command(["backup", "verify", file, "--passphrase-file", right])
        #expect(whole.output.hasPrefix("The backup is whole: 1 file, "), "\(whole.output)")
        let full = try await gateway.command(["backup", "restore", file, "--passphrase-file", right])
        #expect(full.status == .exited(1))
        #expect(full.output.hasPrefix("error: \(gateway.stateDirectory) is not empty, "), "\(full.output)")
    }

    private func say(_ text: String, run: String, _ client: GatewayClient) async throws {
        _ = try await client.request(
            "chat.send", ["sessionKey": "s", "message": .string(text), "idempotencyKey": .string(run)])
        let end = try await client.request("agent.wait", ["runId": .string(run), "timeoutMs": 20_000])
        #expect(end["status"]?.stringValue == "ok")
    }
}
