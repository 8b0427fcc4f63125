import ClawConfig
import ClawCore
import ClawGateway
import ClawProtocol
import ClawStore
import ClawSupport
import ClawTestKit
import FoundationEssentials
import Testing

/// `agents.files.list/get/set` (gateway-methods §4).
struct AgentFileTests {
    private static func workspace(_ bench: MethodBench) throws -> AgentWorkspace {
        let file = try ConfigFile.locate(
            environment: [
                "HOME": bench.directory.path, "OPENCLAW_STATE_DIR": bench.directory.path,
                "OPENCLAW_CONFIG_PATH": "\(bench.directory.path)/openclaw.json",
            ], workingDirectory: bench.directory.path)
        return AgentWorkspace(configuration: Live(try file.load().configuration), location: file.location)
    }

    /// The answers with times as a word.
    private static func text(_ text: String) -> String {
        text.split(separator: "\n").map { line in
            var line = String(line)
            while let range = line.firstRange(of: "\"updatedAtMs\":1") {
                let digits = line[range.upperBound...].prefix { $0.isNumber }
                line.replaceSubrange(range.lowerBound..<digits.endIndex, with: "\"updatedAtMs\":<time>")
            }
            return line
        }.joined(separator: "\n") + "\n"
    }

    @Test func filesAreListedReadAndWritten() async throws {
        let bench = try MethodBench { directory in
            try directory.write("Be kind.", to: ".openclaw/workspace/SOUL.md")
            try directory.write("Remember.", to: ".openclaw/workspace/memory.md")
        }
        let workspace = try Self.workspace(bench)
        var text = await bench.transcript(
            AgentsFilesSet(workspace: workspace),
            [
                ["agentId": "main", "name": "USER.md", "content": "Bob"],
                ["agentId": "main", "name": "../USER.md", "content": "Bob"],
                ["agentId": "main", "name": "notes.md", "content": "Bob"],
                ["agentId": "nobody", "name": "USER.md", "content": "Bob"],
                ["agentId": "main", "name": "USER.md"], ["agentId": 1, "name": "", "content": nil, "unknown": true],
            ])
        text += await bench.transcript(
            AgentsFilesGet(workspace: workspace),
            [
                ["agentId": "main", "name": "USER.md"], ["agentId": "main", "name": "TOOLS.md"],
                ["agentId": "main", "name": "memory.md"], ["agentId": "main", "name": "/etc/passwd"],
                ["agentId": "nobody", "name": "USER.md"], [:],
            ])
        text += await bench.transcript(
            AgentsFilesList(workspace: workspace), [["agentId": "main"], ["agentId": "nobody"], ["x": 1]])
        expectGolden(Self.text(text), "agents-files.txt")
        #expect(bench.directory.read(".openclaw/workspace/USER.md") == "Bob")
    }

    @Test func s115_linksOutOfTheWorkspaceAreRefused() async throws {
        let bench = try MethodBench { directory in
            try directory.write("secret", to: "outside.txt")
            try directory.write("x", to: ".openclaw/workspace/AGENTS.md")
            let files = FileManager.default
            try files.createSymbolicLink(
                atPath: "\(directory.path)/.openclaw/workspace/SOUL.md", withDestinationPath: "../../outside.txt")
            try files.linkItem(
                atPath: "\(directory.path)/outside.txt", toPath: "\(directory.path)/.openclaw/workspace/USER.md")
            try files.createDirectory(
                atPath: "\(directory.path)/.openclaw/workspace/TOOLS.md", withIntermediateDirectories: true)
        }
        let workspace = try Self.workspace(bench)
        for (name, reason) in [("SOUL.md", "outside"), ("USER.md", "hardLinked"), ("TOOLS.md", "directory")] {
            let message = JSONValue.string("unsafe workspace file \"\(name)\" (\(reason))")
            let read = await bench.answer(
                AgentsFilesGet(workspace: workspace), ["agentId": "main", "name": .string(name)])
            #expect(read["error"] == ["code": "INVALID_REQUEST", "message": message])
            let write = await bench.answer(
                AgentsFilesSet(workspace: workspace), ["agentId": "main", "name": .string(name), "content": "evil"])
            #expect(write["error"] == ["code": "INVALID_REQUEST", "message": message])
        }
        #expect(bench.directory.read("outside.txt") == "secret")
    }
}
