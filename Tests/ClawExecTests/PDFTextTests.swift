import ClawCore
import ClawExec
import ClawTestKit
import FoundationEssentials
import Testing

/// PDF files, read by the real program and by programs that behave badly.
@Suite(.timeLimit(.minutes(20))) struct PDFTextTests {
    private static let hello = Array(
        """
        %PDF-1.4
        1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
        2 0 obj<</Type/Pages/Kids[3 0 R 5 0 R]/Count 2>>endobj
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F 7 0 R>>>>>>endobj
        4 0 obj<</Length 38>>stream
        BT /F 12 Tf 20 100 Td (First) Tj ET   \u{0020}
        endstream endobj
        5 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 6 0 R/Resources<</Font<</F 7 0 R>>>>>>endobj
        6 0 obj<</Length 38>>stream
        BT /F 12 Tf 20 100 Td (Second) Tj ET  \u{0020}
        endstream endobj
        7 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj
        trailer<</Root 1 0 R/Size 8>>
        %%EOF
        """.utf8)

    /// A reader that finds `script` as the program, and the tools of the system.
    private func reader(_ script: String, in folder: TemporaryDirectory, outputLimit: Int = 1 << 20) throws -> PDFText {
        let path = "\(folder.path)/pdftotext"
        try folder.write("#!/bin/sh\n\(script)\n", to: "pdftotext")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return PDFText(
            environment: ["PATH": "\(folder.path):/usr/bin:/bin", "TMPDIR": folder.path, "SECRET": "s3cret"],
            outputLimit: outputLimit)
    }

    private func fault(_ reader: PDFText, _ bytes: [UInt8] = hello) async -> ClawError? {
        do {
            _ = try await reader.text(of: bytes, pages: 1)
            return nil
        } catch {
            return error as? ClawError
        }
    }

    @Test func theFirstPagesAreRead() async throws {
        let servers = try await TestServers.unpacked()
        let folder = try TemporaryDirectory("pdf")
        let real = try reader(
            "LD_LIBRARY_PATH=\(servers.libraries) exec \(servers.root)/usr/bin/pdftotext \"$@\"", in: folder)
        #expect(try await real.text(of: Self.hello, pages: 1).filter { !$0.isWhitespace } == "First")
        #expect(try await real.text(of: Self.hello, pages: 9).filter { !$0.isWhitespace } == "FirstSecond")
        // More than a pipe holds: nothing of it is left.
        let large = Self.hello + [UInt8](repeating: UInt8(ascii: "\n"), count: 2 << 20)
        #expect(try await real.text(of: large, pages: 9).filter { !$0.isWhitespace } == "FirstSecond")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["pdftotext"])
        let damaged = await fault(real, Array("%PDF-1.4\nnothing".utf8))
        #expect(damaged?.message == "the PDF file cannot be read; it is damaged or has a password")
    }

    /// Nothing of this process is given along, and nothing can be written.
    @Test func theProgramGetsNothingElse() async throws {
        let folder = try TemporaryDirectory("pdf")
        let nosy = try reader("env; (echo x >\(folder.path)/written) 2>/dev/null; ulimit -v", in: folder)
        let text = try await nosy.text(of: Self.hello, pages: 1)
        #expect(!text.contains("s3cret") && !text.contains("TMPDIR"))
        #expect(text.contains("1048576"))
        #expect((folder.read("written") ?? "").isEmpty)
    }

    @Test func whatCannotBeReadIsSaid() async throws {
        let folder = try TemporaryDirectory("pdf")
        #expect(await fault(try reader("true", in: folder), [1, 2])?.message == "the PDF file is no PDF file")
        #expect(
            await fault(try reader("printf ' \\f'", in: folder))?.message
                == "the PDF file holds no text on its first 1 pages; send them as images")
        #expect(
            await fault(try reader("cat /dev/zero", in: folder, outputLimit: 1000))?.message
                == "the PDF file cannot be read")
        let empty = try TemporaryDirectory("pdf")
        let missing = await fault(PDFText(environment: ["PATH": empty.path]))
        #expect(missing?.code == .notFound)
        #expect(missing?.hint == "Install it: on Debian and Ubuntu it is in the package poppler-utils.")
    }
}
