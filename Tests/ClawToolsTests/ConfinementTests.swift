import ClawCore
import ClawSupport
import ClawTestKit
import ClawTools
import FoundationEssentials
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ways out of the workspace (S98 to S101).
struct ConfinementTests {
    private let files = FileManager.default

    /// Every way to the neighbour's file is refused for reading, writing and editing, and the file stays as it is.
    @Test func noPathLeavesTheWorkspace() async throws {
        let fixture = try ToolFixture()
        let base = fixture.workspace
        let secret = "\(fixture.folder.path)/outside/secret.txt"
        try files.createSymbolicLink(atPath: "\(base)/link.txt", withDestinationPath: secret)
        try files.createSymbolicLink(atPath: "\(base)/relative.txt", withDestinationPath: "../outside/secret.txt")
        try files.createSymbolicLink(atPath: "\(base)/dir", withDestinationPath: "\(fixture.folder.path)/outside")
        try files.createSymbolicLink(atPath: "\(base)/chain", withDestinationPath: "dir")
        try files.createSymbolicLink(atPath: "\(base)/up", withDestinationPath: "..")
        let outside = [
            "../outside/secret.txt", "x/../../outside/secret.txt", secret, "/etc/passwd", "link.txt", "relative.txt",
            "dir/secret.txt", "dir/new.txt", "chain/secret.txt", "up/outside/secret.txt",
            "\(base)/../outside/secret.txt",
            "\(base)x/secret.txt", "/proc/self/environ", "..",
        ]
        for path in outside {
            let message = "\(path) lies outside of the workspace. Only files below \(base) can be used."
            #expect(await fixture.call(ReadTool(), ["path": .string(path)]) == .failure(message))
            #expect(await fixture.call(WriteTool(), ["path": .string(path), "content": "owned"]) == .failure(message))
            #expect(
                await fixture.call(EditTool(), ["path": .string(path), "oldText": "secret", "newText": "owned"])
                    == .failure(message))
        }
        #expect(fixture.folder.read("outside/secret.txt") == "secret")
        #expect(try files.contentsOfDirectory(atPath: "\(fixture.folder.path)/outside") == ["secret.txt"])
    }

    @Test func linksThatStayInsideAreFollowed() async throws {
        let fixture = try ToolFixture()
        try files.createSymbolicLink(atPath: "\(fixture.workspace)/alias.txt", withDestinationPath: "hello.txt")
        try files.createSymbolicLink(
            atPath: "\(fixture.workspace)/same", withDestinationPath: fixture.workspace)
        #expect(await fixture.call(ReadTool(), ["path": "alias.txt"]) == .text("hello"))
        #expect(await fixture.call(ReadTool(), ["path": "same/same/alias.txt"]) == .text("hello"))
        #expect(await fixture.call(WriteTool(), ["path": "alias.txt", "content": "new"]).isError == false)
        #expect(fixture.folder.read("workspace/hello.txt") == "new")
        #expect(try files.destinationOfSymbolicLink(atPath: "\(fixture.workspace)/alias.txt") == "hello.txt")
    }

    @Test func danglingAndCircularLinksAreRefused() async throws {
        let fixture = try ToolFixture()
        try files.createSymbolicLink(atPath: "\(fixture.workspace)/dangling", withDestinationPath: "nothing.txt")
        try files.createSymbolicLink(atPath: "\(fixture.workspace)/a", withDestinationPath: "b")
        try files.createSymbolicLink(atPath: "\(fixture.workspace)/b", withDestinationPath: "a")
        #expect(
            await fixture.call(WriteTool(), ["path": "dangling", "content": "x"])
                == .failure("dangling is a link to nothing. Remove the link or name its target."))
        #expect(fixture.folder.read("workspace/nothing.txt") == nil)
        #expect(await fixture.call(ReadTool(), ["path": "dangling"]) == .failure("There is no file dangling."))
        #expect(await fixture.call(ReadTool(), ["path": "a"]) == .failure("\"a\" is not a usable path."))
        #expect(await fixture.call(ReadTool(), ["path": "a/x"]) == .failure("\"a/x\" is not a usable path."))
    }

    @Test func secondNamesOfFilesAreRefused() async throws {
        let fixture = try ToolFixture()
        try files.linkItem(
            atPath: "\(fixture.folder.path)/outside/secret.txt", toPath: "\(fixture.workspace)/hard.txt")
        let message = "hard.txt has more than one name (hard links) and is not opened. Make a copy of it first."
        #expect(await fixture.call(ReadTool(), ["path": "hard.txt"]) == .failure(message))
        #expect(await fixture.call(WriteTool(), ["path": "hard.txt", "content": "x"]) == .failure(message))
        #expect(fixture.folder.read("outside/secret.txt") == "secret")
    }

    @Test func devicesAndPipesAreRefused() async throws {
        let fixture = try ToolFixture()
        #expect(mkfifo("\(fixture.workspace)/pipe", 0o600) == 0)
        let message = "pipe is a device, pipe or socket; only regular files can be used."
        #expect(await fixture.call(ReadTool(), ["path": "pipe"]) == .failure(message))
        #expect(await fixture.call(WriteTool(), ["path": "pipe", "content": "x"]) == .failure(message))
    }

    @Test func pathsThatAreNoneAreRefused() async throws {
        let fixture = try ToolFixture()
        for path in ["", "a\0b", String(repeating: "a/", count: 3000), String(repeating: "n", count: 300)] {
            let result = await fixture.call(ReadTool(), ["path": .string(path)])
            #expect(result == .failure("\"\(path.prefix(200))\" is not a usable path."))
        }
    }

    /// A folder and a file that are swapped for links to the outside, ten thousand times while files are read and written:
    /// nothing of the outside is ever read or changed.
    @Test func swappingLinksGainsNothing() async throws {
        let fixture = try ToolFixture()
        try fixture.folder.write("inside", to: "workspace/real/secret.txt")
        let base = fixture.workspace
        #expect(symlink("../outside", "\(base)/evil") == 0)
        #expect(symlink("../outside/secret.txt", "\(base)/evilfile") == 0)
        try fixture.folder.write("inside", to: "workspace/target.txt")
        let directory = ConfinedDirectory(root: base)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for _ in 0..<5000 {
                    // Each pair of renames puts a link where the folder and the file were, and back.
                    _ = rename("\(base)/real", "\(base)/kept")
                    _ = rename("\(base)/evil", "\(base)/real")
                    _ = rename("\(base)/real", "\(base)/evil")
                    _ = rename("\(base)/kept", "\(base)/real")
                    _ = rename("\(base)/evilfile", "\(base)/swap.txt")
                    _ = rename("\(base)/swap.txt", "\(base)/evilfile")
                }
            }
            group.addTask {
                for round in 0..<5000 {
                    for path in ["real/secret.txt", "swap.txt"] {
                        do throws(ConfinedDirectory.Refusal) {
                            let bytes = try directory.read(path, limit: 1000)
                            #expect(bytes != Array("secret".utf8))
                        } catch {
                            // Refused or missing at this moment, which is what must happen.
                        }
                    }
                    // Flushing to disk costs most of the time, so only some rounds write.
                    guard round % 25 == 0 else { continue }
                    for path in ["real/secret.txt", "swap.txt", "real/new\(round).txt"] {
                        do throws(ConfinedDirectory.Refusal) {
                            _ = try directory.write(Array("inside".utf8), to: path)
                        } catch {
                            // As above.
                        }
                    }
                }
            }
        }
        #expect(fixture.folder.read("outside/secret.txt") == "secret")
        #expect(try files.contentsOfDirectory(atPath: "\(fixture.folder.path)/outside") == ["secret.txt"])
    }
}
