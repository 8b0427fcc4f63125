import ClawCore
import ClawGateway
import ClawSupport
import Testing

struct AttachmentReaderTests {
    private static let gif: JSONValue = ["content": "R0lGOA==", "fileName": "a.gif"]

    @Test func asManyImagesAsOneMessageMayHold() throws {
        let images = try AttachmentReader.images(in: Array(repeating: Self.gif, count: 32))
        #expect(images.count == 32)
        #expect(images[0].mimeType == "image/gif" && images[0].fileName == "a.gif")
        #expect(images[0].bytes == Array("GIF8".utf8))
    }

    /// Four bytes pass for an image, and each would be a file.
    @Test func oneMoreIsRefused() {
        let error = #expect(throws: ClawError.self) {
            try AttachmentReader.images(in: Array(repeating: Self.gif, count: 33))
        }
        #expect(error?.code == .invalidRequest)
        #expect(error?.message == "Error: 33 attachments: at most 32 are taken at once")
    }
}
