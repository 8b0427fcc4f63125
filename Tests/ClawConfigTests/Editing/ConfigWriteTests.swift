import ClawCore
import ClawSupport
import ClawTestKit
import Testing

@testable import ClawConfig

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct ConfigWriteTests {
    @Test func `Ten backups are kept, newest first`() throws {
        let home = try ConfigHome("{ gateway: { port: 100 } }")
        for port in 101...115 { _ = try home.editor.set("gateway.port", .int(port)) }
        let names = ["openclaw.json.bak"] + (1...9).map { "openclaw.json.bak.\($0)" }
        #expect(names.map { home.text($0) } == (0..<10).map { "{ gateway: { port: \(114 - $0) } }" })
        #expect(home.text("openclaw.json.bak.10") == nil)
        for name in names { #expect(mode(of: "\(home.state)/\(name)") == 0o600) }
    }

    @Test func `Everything is private whatever the umask is`() throws {
        let before = umask(0o022)
        defer { umask(before) }
        let home = try ConfigHome()
        _ = try home.editor.set("gateway.port", 1)
        _ = try home.editor.set("gateway.port", 2)
        for name in ["openclaw.json", "openclaw.json.bak", "openclaw.json.last-good", "logs/config-audit.jsonl"] {
            #expect(mode(of: "\(home.state)/\(name)") == 0o600, "\(name)")
        }
        for name in ["", "/logs"] { #expect(mode(of: home.state + name) == 0o700, "\(name)") }
        let open = try ConfigHome("{ gateway: { port: 1 } }")
        chmod(open.path, 0o644)
        _ = try open.editor.set("gateway.port", 2)
        #expect(mode(of: open.path) == 0o600)
    }

    @Test func `Each write leaves a line without values`() throws {
        let home = try ConfigHome()
        _ = try home.editor.set("gateway.auth.token", "very-secret")
        home.time.advance(by: .seconds(1))
        _ = try home.editor.apply([.set("gateway.port", 5), .unset("gateway.auth.token")])
        let lines = try (home.text("logs/config-audit.jsonl") ?? "").split(separator: "\n").map { line in
            var object = try #require(try JSONParser.parse(String(line)).objectValue)
            #expect(object.removeValue(forKey: "pid")?.intValue == Int(getpid()))
            return home.neutral(JSONValue.object(object).text)
        }
        let first = "{\n  \"gateway\": {\n    \"auth\": {\n      \"token\": \"very-secret\"\n    }\n  }\n}\n"
        let second = "{\n  \"gateway\": {\n    \"port\": 5\n  }\n}\n"
        func hash(_ text: String) -> String { sha256Hex(Array(text.utf8)) }
        let common =
            "\"source\":\"config-io\",\"event\":\"config.write\",\"result\":\"rename\",\"configPath\":\"HOME/.openclaw/openclaw.json\""
        #expect(
            lines == [
                "{\"ts\":\"2026-03-01T08:00:00.000Z\",\(common),\"existsBefore\":false,\"previousHash\":null,\"nextHash\":\"\(hash(first))\","
                    + "\"previousBytes\":null,\"nextBytes\":\(first.utf8.count),\"changedPaths\":[\"gateway.auth.token\"]}",
                "{\"ts\":\"2026-03-01T08:00:01.000Z\",\(common),\"existsBefore\":true,\"previousHash\":\"\(hash(first))\","
                    + "\"nextHash\":\"\(hash(second))\",\"previousBytes\":\(first.utf8.count),\"nextBytes\":\(second.utf8.count),"
                    + "\"changedPaths\":[\"gateway.port\",\"gateway.auth.token\"]}",
            ])
    }

    @Test func `A file that changed meanwhile is left alone`() throws {
        let home = try ConfigHome("{ gateway: { port: 1 } }")
        let snapshot = home.inspect()
        let other = "{ gateway: { port: 1 }, logging: { level: 'debug' } }"
        let editor = ConfigEditor(home.file, time: home.time) { try? home.write(other) }  // a failure shows below
        let error = #expect(throws: ClawError.self) { try editor.set("gateway.port", 2) }
        #expect(error?.code == .conflict)
        #expect(error.map { home.neutral($0.message) } == "HOME/.openclaw/openclaw.json changed since it was read.")
        #expect(error?.hint == "Look at what it holds now, then repeat the change.")
        #expect(home.text() == other)
        let stale = #expect(throws: ClawError.self) { try home.editor.set("gateway.port", 2, baseHash: snapshot.hash) }
        #expect(stale?.code == .conflict)
        #expect(home.text() == other && home.text("openclaw.json.bak") == nil)
        let hash = home.inspect().hash
        #expect(try home.editor.set("gateway.port", 2, baseHash: hash).snapshot.hash != hash)
        #expect(home.text() == "{ gateway: { port: 2 }, logging: { level: 'debug' } }")
    }

    @Test func `A file that appears or goes meanwhile is a conflict too`() throws {
        let home = try ConfigHome()
        let appearing = ConfigEditor(home.file, time: home.time) { try? home.write("{}") }  // a failure shows below
        #expect(throws: ClawError.self) { try appearing.set("gateway.port", 2) }
        #expect(home.text() == "{}")
        let going = ConfigEditor(home.file, time: home.time) { unlink(home.path) }
        let error = #expect(throws: ClawError.self) { try going.set("gateway.port", 2) }
        #expect(error?.code == .conflict)
        #expect(home.text() == nil)
    }

    @Test func `Writers of this program follow each other`() async throws {
        let home = try ConfigHome("{}\n")
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<16 {
                group.addTask {
                    do { _ = try home.editor.set("env.vars.V\(index)", .string("x\(index)")) } catch {
                        Issue.record(error)
                    }
                }
            }
        }
        let vars = try #require(home.inspect().value["env"]?["vars"]?.objectValue)
        #expect(Set(vars.keys) == Set((0..<16).map { "V\($0)" }))
    }

    @Test func `A directory that cannot be written is named`() throws {
        let home = try ConfigHome("{ gateway: { port: 1 } }")
        _ = try home.load()
        chmod(home.state, 0o500)
        defer { chmod(home.state, 0o700) }
        if geteuid() == 0 { return }
        let error = #expect(throws: ClawError.self) { try home.editor.set("gateway.port", 2) }
        #expect(error?.code == .storage)
        #expect(home.text() == "{ gateway: { port: 1 } }")
    }

    @Test func `What stands there already is not written again`() throws {
        let home = try ConfigHome("{ gateway: { port: 1 } }")
        for change: ConfigEditor.Change in [
            .set("gateway.port", 1), .unset("gateway.bind"), .unset("agents.list[3].id"),
        ] {
            #expect(try home.editor.apply([change]).files == [])
        }
        #expect(home.text("openclaw.json.bak") == nil && home.text("logs/config-audit.jsonl") == nil)
    }

    @Test func `A wrong file can be mended key by key`() throws {
        let home = try ConfigHome("{ gateway: { port: 'x', bind: 'moon' } }")
        _ = try home.editor.set("gateway.port", 1)
        #expect(home.text() == "{ gateway: { port: 1, bind: 'moon' } }")
        #expect(throws: ClawError.self) { try home.editor.set("gateway.auth.mode", "x") }
        let outcome = try home.editor.unset("gateway.bind")
        #expect(outcome.snapshot.isValid)
        try home.write("{ gateway: ")
        let error = #expect(throws: ClawError.self) { try home.editor.set("gateway.port", 2) }
        #expect(
            error.map { home.neutral($0.message) }
                == "HOME/.openclaw/openclaw.json:1:12: The text is not JSON5: unexpected end of text.")
        #expect(home.text() == "{ gateway: ")
    }

    @Test func `Paths that cannot be meant are refused`() throws {
        let home = try ConfigHome("{ gateway: { port: 1 }, agents: { list: [{ id: 'a' }] } }")
        var record = ""
        for path in [
            "", ".", "a..b", "a.", ".a", "a[", "a[]", "a[x]", "a[-1]", "a]b", "a[0]b", "a.[0]", "[\"a]", "__proto__.x",
            "gateway.constructor", "a[\"prototype\"].b", "gateway.port.x", "gateway[0]", "agents.list.0",
            "agents.list[3].id",
            "agents.list.name",
        ] {
            let error = #expect(throws: ClawError.self) { try home.editor.set(path, 1) }
            record += "\(path) -> \(error.map { home.neutral($0.description) } ?? "")\n"
        }
        expectGolden(record, "refused-paths.txt", file: goldenBase)
        #expect(home.text("openclaw.json.bak") == nil)
    }
}
