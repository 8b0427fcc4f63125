import ClawCore
import ClawSupport
import ClawTestKit
import FoundationEssentials
import Testing

@testable import ClawStore

/// A state directory goes into one sealed file and comes back byte for byte, or not at all.
@Suite(.timeLimit(.minutes(10))) struct BackupTests {
    private static let passphrase = Redacted("correct horse battery")

    /// A directory with files as an installation has them, and a place for backups beside it.
    private struct World {
        let folder: TemporaryDirectory
        let time = ManualTimeSource()
        let entropy = SequentialEntropy()
        var directory: StateDirectory { StateDirectory(root: "\(folder.path)/home") }
        var backup: String { "\(folder.path)/a.backup" }
        var target: String { "\(folder.path)/restored" }

        init() throws {
            folder = try TemporaryDirectory("backup")
            try StateDirectory(root: "\(folder.path)/home").prepare()
        }

        func write(_ text: String, to name: String, mode: UInt32 = 0o600) throws {
            let path = "\(directory.root)/\(name)"
            try AtomicFile.makeDirectory(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
            try AtomicFile.write(Array(text.utf8), to: path, mode: mode)
        }

        @discardableResult func create(excluded: [String] = [], configuration: [String] = []) throws -> Backup.Summary {
            let source = Backup.Source(
                directory: directory, configuration: configuration, excluded: excluded, version: "2026.3.3")
            return try Backup.create(
                source, to: backup, passphrase: BackupTests.passphrase, time: time, entropy: entropy)
        }

        func restore(_ passphrase: Redacted = BackupTests.passphrase) throws -> Backup.Summary {
            try Backup.restore(backup, to: target, passphrase: passphrase, entropy: entropy)
        }

        /// Every file below a folder with its mode and content.
        func files(_ root: String) throws -> [String: String] {
            var found: [String: String] = [:]
            for name in try FileManager.default.subpathsOfDirectory(atPath: root) {
                let path = "\(root)/\(name)"
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                let mode = String(attributes[.posixPermissions] as? Int ?? 0, radix: 8)
                let content = (try? AtomicFile.read(path)).flatMap { $0 }.map { String(decoding: $0, as: UTF8.self) }
                found[name] = "\(mode) \(content ?? "directory")"
            }
            return found
        }
    }

    @Test func everythingComesBackAsItWas() throws {
        let world = try World()
        try world.write("{ gateway: {} } // mine\n", to: "openclaw.json")
        try world.write("#!/bin/sh\n", to: "workspace/run.sh", mode: 0o755)
        try world.write("", to: "workspace/empty")
        try world.write(String(repeating: "a line of a transcript\n", count: 20_000), to: "agents/ada/sessions/s.jsonl")
        // What a crash left of a file that was being replaced.
        let leftovers = ["devices/x.json.4711.Abc-_123.tmp", "workspace/.Abc-_1234567.tmp"]
        for name in leftovers { try world.write("left over", to: name) }
        try world.write("OPENCLAW-BACKUP\nnot finished", to: "workspace/old.backup.Abc-_123.partial")
        // What a person calls so.
        for name in [
            "workspace/notes.tmp", "workspace/a.1.tmp", "workspace/song.partial", "workspace/journal.backup-1",
        ] {
            try world.write("mine", to: name)
        }
        try FileManager.default.createSymbolicLink(
            atPath: "\(world.directory.root)/workspace/link", withDestinationPath: "/etc/passwd")
        let made = try world.create()
        #expect(made.files == 8)
        #expect(
            made.skipped
                == ["link", "old.backup.Abc-_123.partial"].map { "\(world.directory.root)/workspace/\($0)" })
        #expect(try Backup.verify(world.backup, passphrase: Self.passphrase).bytes == made.bytes)

        var restored = try world.restore()
        restored.skipped = made.skipped
        #expect(restored == made)
        var expected = try world.files(world.directory.root)
        for name in leftovers + ["workspace/link", "workspace/old.backup.Abc-_123.partial"] { expected[name] = nil }
        expected["workspace/run.sh"] = "700 #!/bin/sh\n"
        #expect(try world.files(world.target) == expected)
        #expect(expected["openclaw.json"] == "600 { gateway: {} } // mine\n")
        let mode = try FileManager.default.attributesOfItem(atPath: world.backup)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func theJournalIsCopiedWhileItIsWritten() async throws {
        let store = try StoreFixture()
        let item = try await store.journal.admit(NewWork(kind: .inbound, payload: "kept")).item
        let output = "\(store.folder.path).backup"
        defer { try? FileManager.default.removeItem(atPath: output) }
        _ = try Backup.create(
            Backup.Source(directory: store.directory, version: "1"), to: output, passphrase: Self.passphrase,
            time: store.time, entropy: store.entropy)
        _ = try await store.journal.admit(NewWork(kind: .inbound, payload: "later"))

        let target = try TemporaryDirectory("restored")
        _ = try Backup.restore(output, to: target.path, passphrase: Self.passphrase, entropy: store.entropy)
        let restored = try StoreFixture(folder: target)
        let rows = try await restored.journal.unfinished(.inbound)
        #expect(rows.map(\.id) == [item.id])
        #expect(rows.map(\.payload) == ["kept"])
    }

    @Test func partsCanBeLeftOutAndConfigurationComesFromElsewhere() throws {
        let world = try World()
        try world.write("notes", to: "workspace/notes.md")
        let place = "\(world.folder.path)/etc"
        try AtomicFile.makeDirectory("\(place)/parts")
        try AtomicFile.write(Array("{}".utf8), to: "\(place)/claw.json5")
        try AtomicFile.write(Array("{ a: 1 }".utf8), to: "\(place)/parts/more.json5")
        try world.create(
            excluded: ["\(world.directory.root)/workspace"],
            configuration: ["\(place)/claw.json5", "\(place)/parts/more.json5"])
        _ = try world.restore()
        let files = try world.files(world.target)
        #expect(files["workspace"] == nil)
        #expect(files["config/claw.json5"] == "600 {}")
        #expect(files["config/parts/more.json5"] == "600 { a: 1 }")
    }

    @Test func nothingIsOverwritten() throws {
        let world = try World()
        try world.write("{}", to: "openclaw.json")
        try world.create()
        #expect(throws: BackupError.exists(world.backup)) { try world.create() }
        try AtomicFile.makeDirectory(world.target)
        try AtomicFile.write([1], to: "\(world.target)/mine")
        #expect(throws: BackupError.notEmpty(world.target)) { _ = try world.restore() }
        #expect(try world.files(world.target) == ["mine": "600 \u{1}"])
        #expect(throws: BackupError.nothingThere("\(world.folder.path)/none")) {
            _ = try Backup.create(
                Backup.Source(directory: StateDirectory(root: "\(world.folder.path)/none"), version: "1"),
                to: "\(world.folder.path)/b", passphrase: Self.passphrase, time: world.time, entropy: world.entropy)
        }
    }

    @Test func whatWasChangedIsSeenAndNothingIsRestored() throws {
        let world = try World()
        try world.write(String(repeating: "x", count: 200_000), to: "openclaw.json")
        try world.create()
        let whole = try #require(try AtomicFile.read(world.backup))
        let piece = BackupCipher.pieceLimit + BackupCipher.tagCount + 4
        let start = BackupHeader.count
        func flipped(_ position: Int) -> [UInt8] {
            var bytes = whole
            bytes[position] ^= 1
            return bytes
        }
        let swapped =
            whole[..<start] + whole[(start + piece)..<(start + 2 * piece)] + whole[start..<(start + piece)]
            + whole[(start + 2 * piece)...]
        let cases: [([UInt8], BackupError)] = [
            (flipped(start + 10), .damaged(at: Int64(start))),
            (flipped(start + piece + 3), .damaged(at: Int64(start + piece))),
            (flipped(whole.count - 1), .damaged(at: Int64(start + 3 * piece))),
            (flipped(BackupHeader.magic.count + 6), .wrongPassphrase),
            (flipped(0), .notABackup(world.backup)),
            (flipped(BackupHeader.magic.count), .unknownVersion(0)),
            (Array(swapped), .damaged(at: Int64(start))),
            (Array(whole.dropLast(1)), .cutOff), (Array(whole[..<(start + piece)]), .cutOff),
            (Array(whole[..<20]), .notABackup(world.backup)), (whole + [0], .trailingBytes),
            // The costs of the key are bounded before any memory is taken.
            (
                whole.enumerated().map { $0.offset == BackupHeader.magic.count + 1 ? 40 : $0.element },
                .damaged(at: Int64(BackupHeader.magic.count))
            ),
        ]
        for (bytes, expected) in cases {
            try AtomicFile.write(bytes, to: world.backup)
            #expect(throws: expected) { _ = try Backup.verify(world.backup, passphrase: Self.passphrase) }
            #expect(throws: expected) { _ = try world.restore() }
            let left = try FileManager.default.contentsOfDirectory(atPath: world.folder.path).sorted()
            #expect(left == ["a.backup", "home"], "nothing is left of a restoration that failed")
        }
        try AtomicFile.write(whole, to: world.backup)
        #expect(throws: BackupError.wrongPassphrase) { _ = try world.restore(Redacted("another passphrase")) }
    }

    /// A backup that somebody else made with the right passphrase may still hold hostile entries.
    @Test(arguments: ["../outside", "/etc/passwd", "state/../../x", "state//x", "state/.", "", "state/a\u{0}b"])
    func pathsStayInside(_ path: String) throws {
        let world = try World()
        var writer = try BackupWriter(
            BackupFile(creating: world.backup), passphrase: Self.passphrase, salt: world.entropy.bytes(16),
            cost: BackupHeader.Cost(logN: 10, r: 8, p: 1))
        try writer.add(.manifest(createdAt: 0, version: "1"))
        try writer.add(.file(path: path, mode: 0o600, size: 0))
        try writer.finish()
        #expect(throws: BackupError.unacceptable("the path \"\(path)\"")) { _ = try world.restore() }
        #expect(!AtomicFile.exists(world.target))
    }
}
