import ClawClient
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import IRCTesting
import Testing

/// Commands on channels and agents, against a Gateway as a process and a real IRC network.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ChannelCommandTests {
    @Test func anAccountIsProbedAndLoggedOut() async throws {
        let network = try await IRCTestNetwork.start(services: false)
        let bob = try await RawIRCClient.connect(network, nick: "bob")
        var configuration = IRCGateway.configuration(network, dmPolicy: "open")
        configuration["channels"]?["irc"]?["password"] = "server-secret"
        let gateway = try GatewayProcess(configuration: configuration)
        try await gateway.start()
        try await bob.waitUntilOnline("claw")
        let status = try await gateway.command(["channels", "status", "--probe", "--json"])
        #expect(status.status == .exited(0), "\(status.output)")
        let account = try JSONParser.parse(status.output)["channelAccounts"]?["irc"]?.arrayValue?.first
        #expect(account?["probe"]?["ok"] == true && account?["probe"]?["via"] == "ping")
        #expect(account?["connected"] == true && account?["lastProbeAt"]?.intValue != nil)
        for words in [["channels", "status", "--probe"], ["status", "--deep"], ["health", "--verbose"]] {
            let run = try await gateway.command(words)
            #expect(run.output.contains("answered in"), "\(words): \(run.output)")
        }

        let logout = try await gateway.command(["channels", "logout"])
        #expect(logout.status == .exited(0), "\(logout.output)")
        #expect(logout.output.contains("Taken out of the configuration: channels.irc.password."))
        let written = try #require(try AtomicFile.read(gateway.configurationPath))
        let irc = try JSON5Document.parse(String(decoding: written, as: UTF8.self)).value["channels"]?["irc"]
        #expect(irc?["enabled"] == false && irc?["password"] == nil && irc?["nick"] == "claw")
        try await gateway.withClient { client in
            let rest = try await client.request("channels.status", [:])
            #expect(rest["channelOrder"] == [])
        }
        let back = try await gateway.command(["config", "set", "channels.irc.enabled", "true"])
        #expect(back.status == .exited(0), "\(back.output)")
        try await bob.waitUntilOnline("claw")
        #expect(await gateway.stop() == .exited(0))
    }

    @Test func anAgentIsMadeSpokenToAndDeleted() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        let add = try await gateway.command(["agents", "add", "Work", "--emoji", "W"])
        #expect(add.status == .exited(0), "\(add.output)")
        try await gateway.withClient { client in
            // The Gateway notices the file by itself.
            while try await client.request("agents.list", [:])["agents"]?.arrayValue?.count != 2 {}
            let identity = try await client.request("agent.identity.get", ["agentId": "work"])
            #expect(identity["name"] == "Work" && identity["emoji"] == "W")
        }
        let told = try await gateway.command(["agent", "--agent", "work", "--message", "Hello"])
        #expect(told.status == .exited(0), "\(told.output)")
        let event = try await gateway.command(["system", "event", "--text", "The backup is done."])
        #expect(event.status == .exited(0), "\(event.output)")
        let status = try await gateway.command(["status", "--json"])
        #expect(status.output.contains("The backup is done."))
        let delete = try await gateway.command(["agents", "delete", "work", "--force", "--json"])
        #expect(delete.status == .exited(0), "\(delete.output)")
        let moved = try JSONParser.parse(delete.output)["moved"]?.arrayValue?.compactMap(\.stringValue) ?? []
        #expect(moved.count == 3 && moved.allSatisfy(AtomicFile.exists))
        #expect(!AtomicFile.exists("\(gateway.stateDirectory)/agents/work"))
        #expect(await gateway.stop() == .exited(0))
    }
}
