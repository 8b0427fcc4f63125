import ClawAgent
import ClawSupport
import ClawTestKit
import FoundationEssentials
import Testing

struct WorkspaceTests {
    private let time = ManualTimeSource()
    private let standard = ["AGENTS.md", "SOUL.md", "TOOLS.md", "IDENTITY.md", "USER.md", "HEARTBEAT.md"]

    private func prepare(_ folder: TemporaryDirectory) throws -> [String] {
        try WorkspaceSeed(workspace: "\(folder.path)/w", time: time).prepare()
    }

    @Test func newWorkspaceGetsItsFilesOnce() throws {
        let folder = try TemporaryDirectory("seed")
        #expect(try prepare(folder) == standard + ["BOOTSTRAP.md"])
        #expect(
            folder.read("w/.openclaw/workspace-state.json")
                == "{\n  \"bootstrapSeededAt\": \"2026-03-01T08:00:00.000Z\",\n  \"version\": 1\n}\n")
        try folder.write("mine", to: "w/AGENTS.md")
        #expect(try prepare(folder).isEmpty)
        #expect(folder.read("w/AGENTS.md") == "mine")
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/w/SOUL.md")
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test func introductionIsOverWhenTheFileIsGone() throws {
        let folder = try TemporaryDirectory("seed")
        _ = try prepare(folder)
        try FileManager.default.removeItem(atPath: "\(folder.path)/w/BOOTSTRAP.md")
        time.advance(by: .seconds(60))
        #expect(try prepare(folder).isEmpty)
        let state = try JSONParser.parse(try #require(folder.read("w/.openclaw/workspace-state.json")))
        #expect(state["onboardingCompletedAt"] == "2026-03-01T08:01:00.000Z")
    }

    @Test func usedWorkspaceIsNotIntroducedAgain() throws {
        for name in ["memory/2026-01-01.md", ".git/HEAD", "USER.md"] {
            let folder = try TemporaryDirectory("seed")
            try folder.write("something", to: "w/\(name)")
            #expect(try prepare(folder) == standard.filter { $0 != name })
            #expect(folder.read("w/BOOTSTRAP.md") == nil)
        }
    }

    @Test func brokenStateIsLeftAlone() throws {
        let folder = try TemporaryDirectory("seed")
        try folder.write("{broken", to: "w/.openclaw/workspace-state.json")
        #expect(try prepare(folder) == standard)
        #expect(folder.read("w/.openclaw/workspace-state.json") == "{broken")
    }

    @Test func linksOutOfTheWorkspaceCountAsMissing() throws {
        let folder = try TemporaryDirectory("seed")
        _ = try prepare(folder)
        try folder.write("secret", to: "outside.md")
        let soul = "\(folder.path)/w/SOUL.md"
        try FileManager.default.removeItem(atPath: soul)
        try FileManager.default.createSymbolicLink(atPath: soul, withDestinationPath: "\(folder.path)/outside.md")
        try FileManager.default.removeItem(atPath: "\(folder.path)/w/USER.md")
        try FileManager.default.linkItem(atPath: "\(folder.path)/outside.md", toPath: "\(folder.path)/w/USER.md")
        #expect(try prepare(folder).isEmpty, "what has the name is not replaced")
        let files = BootstrapFile.read(from: "\(folder.path)/w")
        #expect(files.filter { $0.content == nil }.map(\.name) == ["SOUL.md", "USER.md"])
    }
}
