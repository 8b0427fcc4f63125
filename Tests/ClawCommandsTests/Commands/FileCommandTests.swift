import ClawCommands
import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Commands that work on files alone.
struct FileCommandTests {
    @Test func aValueIsSetReadAndRemovedAndTheRestStays() async throws {
        let world = try CommandRun.World()
        try world.home.write("{\n  // mine\n  gateway: {mode: \"local\",},\n}\n", to: ".openclaw/openclaw.json")
        var text = ""
        for words in [
            ["config", "set", "gateway.port", "18800"], ["config", "get", "gateway.port"],
            ["config", "get", "gateway.mode"],
            ["config", "get", "gateway.mode", "--json"], ["config", "set", "gateway.port", "18800"],
            ["config", "set", "gateway.bind", "'lan'"], ["config", "get", "gateway"],
            ["config", "unset", "gateway.bind"],
            ["config", "file"], ["config", "file", "--json"], ["config", "set", "gateway.port", "x", "--strict-json"],
        ] {
            text += "$ openclaw \(words.joined(separator: " "))\n\(await CommandRun.run(words, in: world).transcript)\n"
        }
        text += "--- file\n" + (world.home.read(".openclaw/openclaw.json") ?? "")
        expectGolden(text, "config-commands.txt")
    }

    /// Attack S52.
    @Test func secretsAreNotPrinted() async throws {
        let world = try CommandRun.World()
        try world.home.write(
            #"{gateway: {auth: {token: "very-secret-token"}}, models: {providers: {a: {apiKey: "another-secret", baseUrl: "http://x"}}}}"#,
            to: ".openclaw/openclaw.json")
        for path in ["gateway.auth.token", "gateway", "gateway.auth", "models", "models.providers.a.apiKey"] {
            for words in [["config", "get", path], ["config", "get", path, "--json"]] {
                let run = await CommandRun.run(words, in: world)
                #expect(run.status == 0)
                #expect(run.output.contains("__OPENCLAW_REDACTED__"))
                #expect(!run.output.contains("secret"))
            }
        }
    }

    @Test func aWrongFileIsExplainedWithLineAndColumn() async throws {
        let world = try CommandRun.World()
        try world.home.write("{\n  gateway: {port: \"x\"},\n}\n", to: ".openclaw/openclaw.json")
        let wrong = await CommandRun.run("config", "validate", in: world)
        #expect(wrong.status == 1)
        #expect(wrong.errors.hasPrefix("error: $HOME/.openclaw/openclaw.json:2:"))
        let json = try JSONParser.parse(await CommandRun.run("config", "validate", "--json", in: world).output)
        #expect(json["valid"] == false)
        #expect(json["issues"]?.arrayValue?.first?["path"] == "gateway.port")
        try world.home.write("{\n  gateway: {", to: ".openclaw/openclaw.json")
        let broken = await CommandRun.run("config", "get", "gateway", in: world)
        #expect(broken.status == 1)
        #expect(broken.errors.contains("openclaw.json:2:"))
    }

    @Test func peopleWhoWaitAreListedAndLetIn() async throws {
        let world = try CommandRun.World()
        let store = ChannelPairingStore(
            directory: StateDirectory(root: "\(world.home.path)/.openclaw"), time: world.time,
            entropy: SequentialEntropy())
        let answer = try await store.request(
            channel: ChannelID("irc"), account: .default, sender: "ann!a@example.org", meta: ["name": "Ann"])
        guard case .created(let code) = answer else {
            Issue.record("no code: \(answer)")
            return
        }
        let list = await CommandRun.run("pairing", "list", in: world)
        #expect(
            list.transcript == """
                exit 0
                --- output
                CODE      CHANNEL  SENDER             ABOUT  AGE
                \(code)  irc      ann!a@example.org  Ann    now
                Let one in with `openclaw pairing approve <channel> <code>`.

                """)
        let other = await CommandRun.run("pairing", "list", "telegram", in: world)
        #expect(other.output == "Nobody waits on telegram.\n")
        let json = try JSONParser.parse(await CommandRun.run("pairing", "list", "irc", "--json", in: world).output)
        #expect(json["requests"]?.arrayValue?.first?["id"] == "ann!a@example.org")
        let approved = await CommandRun.run("pairing", "approve", "irc", code.lowercased(), in: world)
        #expect(approved.transcript == "exit 0\n--- output\nApproved irc sender ann!a@example.org.\n")
        let isAllowed = try await store.isAllowed(
            channel: ChannelID("irc"), account: .default, sender: "ann!a@example.org")
        #expect(isAllowed)
        let again = await CommandRun.run("pairing", "approve", code, in: world)
        #expect(again.status == 1)
        #expect(again.errors.hasPrefix("error: No request has the code \(code).\n"))
    }

    @Test func tokensOfDevicesAreChangedWithoutAGateway() async throws {
        let port = try BoundPort()
        var world = try CommandRun.World()
        world.environment = ["OPENCLAW_GATEWAY_PORT": "\(port.number)"]
        try world.home.write(
            #"{"aa11": {"deviceId": "aa11", "role": "operator", "roles": ["operator"], "scopes": ["operator.read"], "#
                + #""approvedScopes": ["operator.read"], "tokens": {"operator": {"token": "old-token", "role": "operator", "#
                + #""scopes": ["operator.read"], "createdAtMs": 1}}, "createdAtMs": 1, "approvedAtMs": 1}}"#,
            to: ".openclaw/devices/paired.json")
        let note = "nothing listens there. Using the pairing files of this machine.\n"
        let rotated = await CommandRun.run(
            "devices", "rotate", "--device", "aa", "--role", "operator", "--json", in: world)
        #expect(rotated.errors.hasSuffix(note))
        let result = try JSONParser.parse(rotated.output)
        #expect(result["deviceId"] == "aa11" && result["scopes"] == ["operator.read"])
        let token = try #require(result["token"]?.stringValue)
        #expect(token != "old-token")
        #expect(world.home.read(".openclaw/devices/paired.json")?.contains(token) == true)
        let tooMuch = await CommandRun.run(
            "devices", "rotate", "--device", "aa", "--role", "operator", "--scope", "operator.admin", in: world)
        #expect(tooMuch.errors.contains("error: The device was not approved for operator.admin.\n"))
        let unknown = await CommandRun.run("devices", "revoke", "--device", "aa", "--role", "node", in: world)
        #expect(unknown.errors.contains("error: The device \"aa11\" has no token as node.\n"))
        let revoked = await CommandRun.run("devices", "revoke", "--device", "aa", "--role", "operator", in: world)
        #expect(revoked.output == "Revoked the operator token of aa11.\n")
        #expect(world.home.read(".openclaw/devices/paired.json")?.contains("revokedAtMs") == true)
    }

    @Test func devicesAreListedAndLetInWithoutAGateway() async throws {
        var world = try CommandRun.World()
        let port = try BoundPort()
        world.environment["OPENCLAW_GATEWAY_PORT"] = "\(port.number)"
        let store = DeviceStore(
            directory: StateDirectory(root: "\(world.home.path)/.openclaw"), time: world.time,
            entropy: SequentialEntropy())
        let request = try await store.upsertPending([
            "deviceId": "dd", "publicKey": "k", "clientId": "cli", "role": "operator", "scopes": ["operator.read"],
        ]).request
        let remark =
            "The Gateway at ws://127.0.0.1:PORT cannot be reached: nothing listens there. Using the pairing files of this "
            + "machine.\n"
        let approved = await CommandRun.run("devices", "approve", "--latest", in: world)
        #expect(approved.transcript == "exit 0\n--- output\nApproved dd.\n--- errors\n\(remark)")
        let list = await CommandRun.run("devices", "list", "--json", in: world)
        let device = try JSONParser.parse(list.output)["paired"]?.arrayValue?.first
        #expect(device?["deviceId"] == "dd")
        #expect(device?["tokens"]?.arrayValue?.first?.objectValue?.keys == ["role", "scopes", "createdAtMs"])
        let again = await CommandRun.run("devices", "approve", request.requestID, in: world)
        #expect(again.status == 1)
        #expect(again.errors.hasPrefix("\(remark)error: There is no request \"\(request.requestID)\".\n"))
        let elsewhere = await CommandRun.run(
            "devices", "list", "--url", "ws://127.0.0.1:\(world.environment["OPENCLAW_GATEWAY_PORT"] ?? "")", "--token",
            "t",
            in: world)
        #expect(elsewhere.status == 1)
        #expect(!elsewhere.errors.contains("pairing files"))
    }

    @Test func aDeviceIsLetInWhenThePersonAgrees() async throws {
        var world = try CommandRun.World()
        let port = try BoundPort()
        defer { withExtendedLifetime(port) {} }
        world.environment["OPENCLAW_GATEWAY_PORT"] = "\(port.number)"
        let store = DeviceStore(
            directory: StateDirectory(root: "\(world.home.path)/.openclaw"), time: world.time,
            entropy: SequentialEntropy())
        for (device, name) in [("aa11", "Phone"), ("ab22", "Tablet")] {
            _ = try await store.upsertPending([
                "deviceId": .string(device), "publicKey": "k", "displayName": .string(name), "role": "operator",
                "scopes": ["operator.read", "operator.write"], "remoteIp": "192.0.2.7",
            ])
        }
        let ambiguous = await CommandRun.run("devices", "approve", "a", in: world)
        #expect(ambiguous.errors.contains("error: 2 requests begin with \"a\".\nWrite more of it: "))
        world.answers = ["n"]
        let refused = await CommandRun.run("devices", "approve", "aa", in: world)
        #expect(refused.status == 1)
        #expect(
            refused.output.hasPrefix(
                "Phone from 192.0.2.7, as operator: operator.read, operator.write\n? Let it in? [Y/n]: "))
        #expect(try await store.devices().isEmpty)
        world.answers = ["2", "y"]
        let chosen = await CommandRun.run("devices", "approve", in: world)
        #expect(chosen.status == 0)
        #expect(try await store.devices().count == 1)
        world.answers = nil
        #expect(await CommandRun.run("devices", "clear", in: world).status == 1)
        let cleared = await CommandRun.run("devices", "clear", "--yes", "--pending", in: world)
        #expect(cleared.output == "Removed 1 devices. Rejected 1 requests.\n")
        #expect(try await store.devices().isEmpty)
        #expect(try await store.pending().isEmpty)
    }

    @Test func theJournalTellsWhatBecameOfAMessage() async throws {
        let world = try CommandRun.World()
        let directory = StateDirectory(root: "\(world.home.path)/.openclaw")
        try directory.prepare()
        let journal = try Journal.open(path: directory.journalPath, time: world.time, entropy: SequentialEntropy())
        let session = SessionKey(canonical: "agent:main:main")
        let message = try await journal.admit(
            NewWork(
                kind: .inbound, dedupeKey: "irc:default:m1", payload: ["text": "hush"], session: session,
                run: RunID("run-1"), sender: "ann"))
        let delivery = try await journal.admit(
            NewWork(kind: .delivery, payload: [:], session: session, run: RunID("run-1"), parent: message.item.id))
        try await journal.finish(delivery.item.id, .delivered)
        _ = try await journal.refuse(
            NewWork(kind: .inbound, dedupeKey: "irc:default:m2", payload: ["text": "hush"], sender: "eve"),
            reason: "dm-not-paired")
        for words in [["why", "m1"], ["why", "run-1"], ["why", message.item.id.rawValue]] {
            let run = await CommandRun.run(words, in: world)
            #expect(run.status == 0)
            #expect(run.output.contains("irc:default:m1"))
            #expect(run.output.contains("Delivery"))
            #expect(!run.output.contains("hush"))
        }
        let refused = await CommandRun.run("why", "m2", in: world)
        #expect(refused.output.contains("refused: dm-not-paired"))
        let json = try JSONParser.parse(await CommandRun.run("why", "m2", "--json", in: world).output)
        #expect(json["items"]?.arrayValue?.first?["outcome"] == ["outcome": "refused", "reason": "dm-not-paired"])
        await journal.close()
        let closed = await CommandRun.run("why", "m2", in: world)
        #expect(closed.output == refused.output)
    }

    @Test func theLinkCarriesTheTokenBehindTheHash() async throws {
        var world = try CommandRun.World()
        world.environment = ["OPENCLAW_GATEWAY_TOKEN": "a b&c#d", "OPENCLAW_GATEWAY_PORT": "5000"]
        let run = await CommandRun.run("dashboard", "--no-open", in: world)
        #expect(run.transcript == "exit 0\n--- output\nDashboard URL: http://127.0.0.1:PORT/#token=a%20b%26c%23d\n")
        let json = await CommandRun.run("dashboard", "--json", in: world)
        #expect(try JSONParser.parse(json.output) == ["url": "http://127.0.0.1:PORT/#token=a%20b%26c%23d"])
    }

    @Test func theLinkIsCopiedAndOpenedWhereThereIsADesktop() async throws {
        var world = try CommandRun.World()
        world.isInteractive = true
        world.environment = ["OPENCLAW_GATEWAY_TOKEN": "t", "OPENCLAW_GATEWAY_PORT": "5000", "PATH": "/nowhere"]
        world.environment["SSH_CONNECTION"] = "x"
        let remote = await CommandRun.run("dashboard", in: world)
        #expect(
            remote.transcript == """
                exit 0
                --- output
                Dashboard URL: http://127.0.0.1:PORT/#token=t
                Copy to clipboard unavailable.
                --- errors
                From your own machine: `ssh -N -L 5000:127.0.0.1:PORT <user>@<this machine>`, then open the link.

                """)
        let bin = "\(world.home.path)/bin"
        for name in ["xclip", "xdg-open", "pbcopy", "open"] {
            let keep =
                name == "xclip" || name == "pbcopy"
                ? "/bin/cat > \(bin)/copied.tmp; /bin/mv \(bin)/copied.tmp \(bin)/copied" : ":"
            try world.home.write("#!/bin/sh\n\(keep)\n", to: "bin/\(name)")
            #expect(chmod("\(bin)/\(name)", 0o755) == 0)
        }
        // Nothing but these: the machine may have such programs of its own, which wait for a desktop.
        world.environment["PATH"] = bin
        world.environment["DISPLAY"] = ":0"
        let run = await CommandRun.run("dashboard", in: world)
        #expect(run.output.hasSuffix("#token=t\nCopied to clipboard.\nOpened in your browser.\n"))
        // A file is there before it is written.
        try await eventually("the clipboard") { world.home.read("bin/copied") == "http://127.0.0.1:5000/#token=t" }
    }

    @Test func thePagesAreWritten() async throws {
        let world = try CommandRun.World()
        try world.home.write("", to: "docs/x")
        let run = await CommandRun.run("docs", "--output", "\(world.home.path)/docs", in: world)
        let names = ["cli.md", "configuration.md", "security-audit.md", "methods.md"]
        #expect(run.transcript == "exit 0\n--- output\n" + names.map { "Wrote $HOME/docs/\($0).\n" }.joined())
        #expect(world.home.read("docs/cli.md") == CommandReference.markdown())
    }

    @Test func theNewestDailyLogIsTaken() async throws {
        var world = try CommandRun.World()
        let nobody = try BoundPort()
        world.environment = [
            "OPENCLAW_GATEWAY_PORT": "\(nobody.number)", "TMPDIR": world.home.path,
        ]
        let none = await CommandRun.run("logs", in: world)
        #expect(none.status == 1)
        try world.home.write("old\n", to: "openclaw/openclaw-2026-02-01.log")
        try world.home.write("new\n", to: "openclaw/openclaw-2026-02-02.log")
        let run = await CommandRun.run("logs", "--plain", "--json", in: world)
        let lines = try run.output.split(separator: "\n").map { try JSONParser.parse(String($0)) }
        #expect(lines.compactMap { $0["type"]?.stringValue } == ["notice", "meta", "raw"])
        #expect(lines.last?["line"] == "new")
    }

    @Test func theLogFileStandsInForAStoppedGateway() async throws {
        var world = try CommandRun.World()
        let port = try BoundPort()
        world.environment = ["OPENCLAW_GATEWAY_PORT": "\(port.number)"]
        try world.home.write(#"{logging: {file: "~/gateway.log"}}"#, to: ".openclaw/openclaw.json")
        let line =
            #"{"0":"{\"subsystem\":\"irc\"}","1":"joined \u001b[31m#swift","_meta":{"logLevelName":"WARN"},"time":"T"}"#
        try world.home.write("first\n\(line)\n", to: "gateway.log")
        let run = await CommandRun.run("logs", "--limit", "1", in: world)
        #expect(
            run.transcript == """
                exit 0
                --- output
                T warn [irc] joined #swift
                --- errors
                The Gateway at ws://127.0.0.1:PORT cannot be reached: nothing listens there. These lines are from the file \
                $HOME/gateway.log.

                """)
    }
}
