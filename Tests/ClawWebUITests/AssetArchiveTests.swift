import ClawTestKit
import FoundationEssentials
import Testing

@testable import ClawWebUI

/// `Tests/web/fixtures/page.pack` is what `scripts/web/pack.py` makes of the folder beside it; `Tests/web` compares the two.
@Suite struct AssetArchiveTests {
    private let packed: [UInt8]
    private let directory: TemporaryDirectory

    init(file: String = #filePath) throws {
        let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
        packed = Array(try #require(FileManager.default.contents(atPath: "\(folder)/web/fixtures/page.pack")))
        directory = try TemporaryDirectory("archive")
    }

    private func write(_ bytes: [UInt8]) throws -> String {
        let path = "\(directory.path)/image"
        try Data(bytes).write(to: URL(filePath: path))
        return path
    }

    /// A small ELF file whose sections are: nothing, `name` with `content`, and the table of names.
    private func image(_ name: String, _ content: [UInt8]) -> [UInt8] {
        func number(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        func section(_ name: Int, _ offset: Int, _ size: Int) -> [UInt8] {
            number(name, 4) + number(1, 4) + number(0, 16) + number(offset, 8) + number(size, 8) + number(0, 24)
        }
        let names = [0] + Array(".other\0\(name)\0".utf8)
        let table = 64 + content.count + names.count
        let header =
            [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1] + number(0, 9) + number(0, 24) + number(table, 8) + number(0, 10)
            + number(64, 2) + number(3, 2) + number(2, 2)
        return header + content + names + section(0, 0, 0) + section(8, 64, content.count)
            + section(1, 64 + content.count, names.count)
    }

    @Test func aReleaseServesThePageFromItsOwnExecutable() throws {
        let program = try write(image(".openclaw_web", packed))
        let assets = WebAssets.locate(explicit: nil, executable: program)
        let page = assets.response(forPath: "/")
        #expect(String(decoding: page.body, as: UTF8.self) == "<!doctype html>\n<title>Fixture</title>\n")
        let script = assets.response(forPath: "/assets/app.js")
        #expect(String(decoding: script.body, as: UTF8.self) == "console.log(\"fixture\");\n")
        #expect(assets.response(forPath: "/assets/none.js") == .notFound)
        #expect(assets.response(forPath: "/assets") == page)
        let tag = try #require(script.headers.first { $0.name == "ETag" }).value
        #expect(assets.response(forPath: "/assets/app.js", ifNoneMatch: tag).status == 304)
    }

    @Test func anotherSectionOrAnotherFileFormatHoldsNoPage() throws {
        #expect(try AssetSource.section(ofImage: write(image(".openclaw_wex", packed))) == nil)
        #expect(try AssetSource.section(ofImage: write(packed)) == nil)
        #expect(try AssetSource.section(ofImage: write([])) == nil)
        #expect(AssetSource.section(ofImage: "\(directory.path)/none") == nil)
    }

    @Test func aDamagedArchiveIsRefusedWhole() throws {
        func opens(_ bytes: [UInt8]) throws -> Bool {
            let file = try #require(AssetFile(path: write(bytes)))
            return AssetArchive(file, in: 0..<bytes.count) != nil
        }
        #expect(try opens(packed))
        for cut in 0..<packed.count { #expect(try !opens(Array(packed[..<cut])), "cut at \(cut)") }
        var wrongMagic = packed
        wrongMagic[7] ^= 1
        #expect(try !opens(wrongMagic))
        var farAway = packed
        farAway[16 + 7] = 0xFF
        #expect(try !opens(farAway))
        var manyFiles = packed
        manyFiles[8] = 200
        #expect(try !opens(manyFiles))
    }

    @Test func everyDamagedImageIsRefusedOrRead() throws {
        let whole = image(".openclaw_web", packed)
        for position in 0..<64 {
            var damaged = whole
            damaged[position] = 0xFF
            let path = try write(damaged)
            // Reading must end; what it finds depends on the byte.
            if let range = ELFImage(try #require(AssetFile(path: path))).section(".openclaw_web") {
                #expect(range.upperBound <= damaged.count)
            }
        }
        for cut in 0..<whole.count where cut < 64 || cut > whole.count - 192 {
            #expect(try AssetSource.section(ofImage: write(Array(whole[..<cut]))) == nil, "cut at \(cut)")
        }
    }
}
