import ClawCore
import ClawSupport
import ClawTestKit
import ClawTools
import FoundationEssentials
import Testing

struct FileToolTests {
    @Test func readReturnsTheText() async throws {
        let fixture = try ToolFixture()
        #expect(await fixture.call(ReadTool(), ["path": "hello.txt"]) == .text("hello"))
        #expect(await fixture.call(ReadTool(), ["path": "./x/../hello.txt"]) == .text("hello"))
        #expect(
            await fixture.call(ReadTool(), ["path": .string("\(fixture.workspace)/hello.txt")]) == .text("hello"))
        #expect(await fixture.call(ReadTool(), ["path": "no.txt"]) == .failure("There is no file no.txt."))
        #expect(
            await fixture.call(ReadTool(), ["path": "hello.txt", "offset": 2])
                == .failure("hello.txt has 1 lines; offset 2 is beyond its end."))
    }

    @Test func readPages() async throws {
        let fixture = try ToolFixture()
        try fixture.folder.write(
            (1...2500).map { "line \($0)" }.joined(separator: "\n") + "\n", to: "workspace/long.txt")
        let first = await fixture.call(ReadTool(), ["path": "long.txt"])
        let text = try #require(first.content.first?.plainText)
        #expect(text.hasPrefix("line 1\nline 2\n"))
        #expect(text.hasSuffix("line 2000\n\n[Lines 1-2000 of 2500. Use offset=2001 to continue.]"))
        let rest = await fixture.call(ReadTool(), ["path": "long.txt", "offset": 2499])
        #expect(rest == .text("line 2499\nline 2500"))
        let one = await fixture.call(ReadTool(), ["path": "long.txt", "offset": 7, "limit": 1])
        #expect(one == .text("line 7\n\n[Lines 7-7 of 2500. Use offset=8 to continue.]"))
        try fixture.folder.write(String(repeating: "x", count: 60_000), to: "workspace/wide.txt")
        let wide = try #require(await fixture.call(ReadTool(), ["path": "wide.txt"]).content.first?.plainText)
        #expect(wide.hasSuffix("\n\n[Line 1 has 60000 bytes; only the first 51200 are shown.]"))
        try fixture.folder.write(
            (1...100).map { _ in String(repeating: "y", count: 999) }.joined(separator: "\n"), to: "workspace/fat.txt")
        let fat = try #require(await fixture.call(ReadTool(), ["path": "fat.txt"]).content.first?.plainText)
        #expect(fat.hasSuffix("[Lines 1-51 of 100. Use offset=52 to continue.]"))
    }

    @Test func readShowsImagesAndRefusesBinaries() async throws {
        let fixture = try ToolFixture()
        let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 1]
        try Data(png).write(to: URL(filePath: "\(fixture.workspace)/a.png"))
        #expect(
            await fixture.call(ReadTool(), ["path": "a.png"])
                == ToolResult(content: [
                    .text("Image a.png (image/png)"), .image(data: Base64.encode(png), mimeType: "image/png"),
                ]))
        try Data([0x7F, 0x45, 0x4C, 0x46, 0, 0]).write(to: URL(filePath: "\(fixture.workspace)/a.out"))
        #expect(
            await fixture.call(ReadTool(), ["path": "a.out"])
                == .failure("a.out is a binary file (6 bytes) and is not shown."))
        #expect(
            await fixture.call(ReadTool(), ["path": "."]) == .failure(". is a folder, not a file."))
    }

    @Test func writeCreatesAndReplaces() async throws {
        let fixture = try ToolFixture()
        #expect(
            await fixture.call(WriteTool(), ["path": "a/b/new.txt", "content": "über"])
                == .text(
                    "Created a/b/new.txt (5 bytes).", details: ["path": "a/b/new.txt", "bytes": 5, "created": true]))
        #expect(fixture.folder.read("workspace/a/b/new.txt") == "über")
        _ = chmodTo0o640("\(fixture.workspace)/hello.txt")
        #expect(
            await fixture.call(WriteTool(), ["path": "hello.txt", "content": ""])
                == .text("Replaced hello.txt (0 bytes).", details: ["path": "hello.txt", "bytes": 0, "created": false]))
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(fixture.workspace)/hello.txt")
        #expect(attributes[.posixPermissions] as? Int == 0o640, "the mode stays")
        #expect(
            await fixture.call(WriteTool(), ["path": "a", "content": "x"]) == .failure("a is a folder, not a file."))
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.workspace)
        #expect(names.sorted() == ["a", "hello.txt"], "no temporary files are left")
    }

    private func chmodTo0o640(_ path: String) -> Bool {
        do {
            try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
            return true
        } catch {
            Issue.record(error)
            return false
        }
    }

    @Test func editReplacesOnePassage() async throws {
        let fixture = try ToolFixture()
        try fixture.folder.write("one\ntwo\nthree\nfour\nfive\n", to: "workspace/n.txt")
        let result = await fixture.call(EditTool(), ["path": "n.txt", "oldText": "three\n", "newText": "3\n3b\n"])
        #expect(
            result
                == .text(
                    "Edited n.txt.",
                    details: [
                        "path": "n.txt", "diff": " 1 one\n 2 two\n-3 three\n+3 3\n+4 3b\n 5 four\n 6 five\n 7 ",
                        "firstChangedLine": 3,
                    ]))
        #expect(fixture.folder.read("workspace/n.txt") == "one\ntwo\n3\n3b\nfour\nfive\n")
    }

    @Test func editRefusesWhatIsNotClear() async throws {
        let fixture = try ToolFixture()
        try fixture.folder.write("a b a\n", to: "workspace/n.txt")
        func edit(_ old: String, _ new: String) async -> ToolResult {
            await fixture.call(EditTool(), ["path": "n.txt", "oldText": .string(old), "newText": .string(new)])
        }
        #expect(
            await edit("c", "d")
                == .failure("oldText does not occur in n.txt. Read the file and copy the passage exactly."))
        #expect(
            await edit("a", "d")
                == .failure("oldText occurs 2 times in n.txt. Add surrounding lines to make it unique."))
        #expect(await edit("b", "b") == .failure("The edit changes nothing: oldText and newText are the same."))
        #expect(fixture.folder.read("workspace/n.txt") == "a b a\n")
        try fixture.folder.write("x\r\ny\r\n", to: "workspace/n.txt")
        #expect(await edit("x\ny", "1\n2").isError == false)
        #expect(fixture.folder.read("workspace/n.txt") == "1\r\n2\r\n")
    }
}
