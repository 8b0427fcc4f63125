import ClawConfig
import ClawCore
import ClawSupport
import ClawTestKit
import FoundationEssentials
import Testing

struct IncludeTests {
    @Test func `Files are merged, lists joined, keys beside the directive come last`() throws {
        let home = try ConfigHome(
            """
            {
              $include: ["./base.json5", "more/over.json5"],
              gateway: { $include: "./gateway.json5", port: 3 },
              agents: { list: [{ $include: "agent.json5" }, { id: "own" }] },
              session: { $include: "session.json5" },
            }
            """)
        try home.write(
            "{ gateway: { port: 1, bind: 'lan' }, session: { resetTriggers: ['/a'] }, tools: { deny: ['x'] } }",
            to: "base.json5")
        try home.write(
            "{ $include: './deep/deep.json5', gateway: { port: 2 }, tools: { deny: ['y'] }, __proto__: { a: 1 } }",
            to: "more/over.json5")
        try home.write("{ messages: { responsePrefix: '${HOME}' } }", to: "more/deep/deep.json5")
        try home.write("{ mode: 'local', trustedProxies: ['10.0.0.1'] }", to: "gateway.json5")
        try home.write("{ id: 'inner' }", to: "agent.json5")
        try home.write("{ scope: 'global' }", to: "session.json5")
        let snapshot = try home.load()
        let expected: JSONValue = [
            "messages": ["responsePrefix": .string(home.directory.path)],
            "gateway": ["port": 3, "bind": "lan", "mode": "local", "trustedProxies": ["10.0.0.1"]],
            "session": ["resetTriggers": ["/a"], "scope": "global"], "tools": ["deny": ["x", "y"]],
            "agents": ["list": [["id": "inner"], ["id": "own"]]],
        ]
        #expect(sorted(snapshot.value) == sorted(expected))
        #expect(snapshot.warnings.isEmpty)
        #expect(
            snapshot.files.map(home.neutral)
                == [
                    "", "base.json5", "more/over.json5", "more/deep/deep.json5", "gateway.json5", "agent.json5",
                    "session.json5",
                ].map { "HOME/.openclaw/\($0.isEmpty ? "openclaw.json" : $0)" })
        let copy = try #require(home.text("openclaw.json.last-good"))
        #expect(try JSONParser.parse(copy) == snapshot.parsed)
    }

    private func sorted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(sorted))
        case .object(let object): .object(JSONObject(object.map { ($0, sorted($1)) }.sorted { $0.0 < $1.0 }))
        default: value
        }
    }

    /// The first issue of a configuration, as people read it.
    private func issue(_ home: ConfigHome) -> String {
        home.inspect().issues.first.map { home.neutral($0.description) } ?? "(none)"
    }

    @Test func `What may not be included is refused by name`() throws {
        var record = ""
        func check(_ title: String, _ directive: String, _ prepare: (ConfigHome) throws -> Void = { _ in }) throws {
            let home = try ConfigHome("{\n  gateway: { $include: \(directive) },\n}")
            try prepare(home)
            record += "\(title): \(issue(home))\n"
        }
        let manager = FileManager.default
        try check("missing", "'./none.json5'")
        try check("wrong type", "5")
        try check("empty list", "[]")
        try check("list with a number", "['./a', 1]")
        try check("parent", "'../outside.json5'") { try $0.directory.write("{}", to: "outside.json5") }
        try check("absolute outside", "'/etc/hostname'")
        try check("around", "'./sub/../../outside.json5'") { try $0.directory.write("{}", to: "outside.json5") }
        try check("symbolic link", "'./link.json5'") { home in
            try home.directory.write("{}", to: "outside.json5")
            try manager.createSymbolicLink(
                atPath: "\(home.state)/link.json5", withDestinationPath: "\(home.directory.path)/outside.json5")
        }
        try check("linked directory", "'./linked/outside.json5'") { home in
            try home.directory.write("{}", to: "other/outside.json5")
            try manager.createSymbolicLink(
                atPath: "\(home.state)/linked", withDestinationPath: "\(home.directory.path)/other")
        }
        try check("hard link", "'./hard.json5'") { home in
            try home.directory.write("{}", to: "outside.json5")
            try manager.linkItem(atPath: "\(home.directory.path)/outside.json5", toPath: "\(home.state)/hard.json5")
        }
        try check("directory", "'./folder'") { try $0.write("", to: "folder/file") }
        try check("too large", "'./large.json5'") {
            try $0.write("\"" + String(repeating: "x", count: 2 << 20) + "\"", to: "large.json5")
        }
        try check("does not parse", "'./bad.json5'") { try $0.write("{\n  port: 1\n  bind: 2\n}", to: "bad.json5") }
        try check("circle", "'./one.json5'") { home in
            try home.write("{ $include: './two.json5' }", to: "one.json5")
            try home.write("{ auth: { $include: './one.json5' } }", to: "two.json5")
        }
        try check("itself", "'./openclaw.json'")
        try check("no object", "'./list.json5', port: 1") { try $0.write("[1]", to: "list.json5") }
        try check("wrong value inside", "'./value.json5'") { try $0.write("{\n  port: 'high'\n}", to: "value.json5") }
        expectGolden(record, "include-refusals.txt", file: goldenBase)
    }

    @Test func `Ten levels are allowed, eleven are not`() throws {
        let home = try ConfigHome("{ $include: './f1.json5' }")
        for level in 1...9 { try home.write("{ $include: './f\(level + 1).json5' }", to: "f\(level).json5") }
        try home.write("{ gateway: { port: 7 } }", to: "f10.json5")
        #expect(try home.load().configuration.gateway.port == 7)
        try home.write("{ $include: './f11.json5' }", to: "f10.json5")
        try home.write("{}", to: "f11.json5")
        #expect(
            issue(home)
                == "HOME/.openclaw/f10.json5:1:13: $include: Included files are nested deeper than 10. Include ./f11.json5 "
                + "further up.")
    }

    @Test func `The number of files is bounded`() throws {
        let home = try ConfigHome("{ $include: './a.json5' }")
        for (name, next) in [("a", "b"), ("b", "c"), ("c", "d")] {
            let list = Array(repeating: "'./\(next).json5'", count: 10).joined(separator: ",")
            try home.write("{ $include: [\(list)] }", to: "\(name).json5")
        }
        try home.write("{}", to: "d.json5")
        #expect(issue(home).contains("More than 256 files are included."))
    }

    @Test func `A link that stays inside is followed, and the main file may be a link`() throws {
        let home = try ConfigHome()
        try home.write("{ gateway: { $include: './link.json5' } }", to: "real.json5")
        try home.write("{ port: 9 }", to: "deep/target.json5")
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: home.path, withDestinationPath: "\(home.state)/real.json5")
        try manager.createSymbolicLink(
            atPath: "\(home.state)/link.json5", withDestinationPath: "\(home.state)/deep/target.json5")
        #expect(try home.load().configuration.gateway.port == 9)
        _ = try home.editor.set("session.scope", "global")
        #expect(home.text("real.json5") == "{ gateway: { $include: './link.json5' }, session: { scope: \"global\" } }")
        #expect(try manager.destinationOfSymbolicLink(atPath: home.path) == "\(home.state)/real.json5")
        _ = try home.editor.set("gateway.port", 10)
        #expect(home.text("deep/target.json5") == "{ port: 10 }")
    }
}
