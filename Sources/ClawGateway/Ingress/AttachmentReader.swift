package import ClawCore
package import ClawSupport

/// Reads the attachments of `chat.send` and `agent`: images as base64 (gateway-methods §2). Pure.
package enum AttachmentReader {
    package static let byteLimit = 5_000_000
    /// Images of one message. Each becomes a file, and goes to the model.
    package static let countLimit = 32

    /// An image that a client sent.
    package struct Image: Sendable, Hashable {
        package var mimeType: String
        package var fileName: String?
        package var bytes: [UInt8]
    }

    /// The images among `attachments`. What has no text content or is no image is left out, as clients expect; what is broken
    /// or too large is an error that names it.
    package static func images(in attachments: [JSONValue]) throws(ClawError) -> [Image] {
        if attachments.count > countLimit {
            throw ClawError(
                .invalidRequest, "Error: \(attachments.count) attachments: at most \(countLimit) are taken at once")
        }
        var images: [Image] = []
        for (position, attachment) in attachments.enumerated() {
            guard var content = attachment["content"]?.stringValue else { continue }
            let name = attachment["fileName"]?.stringValue
            let label = name ?? attachment["type"]?.stringValue ?? "attachment-\(position + 1)"
            var declared = attachment["mimeType"]?.stringValue
            if let url = DataURL(content) {
                declared = url.mediaType ?? declared
                content = String(url.content)
            }
            guard !content.isEmpty, content.utf8.count % 4 != 1, let bytes = Base64.decode(content), !bytes.isEmpty
            else {
                throw ClawError(.invalidRequest, "Error: attachment \(label): invalid base64 content")
            }
            if bytes.count > byteLimit {
                throw ClawError(
                    .invalidRequest,
                    "Error: attachment \(label): exceeds size limit (\(bytes.count) > \(byteLimit) bytes)")
            }
            guard let type = sniff(bytes) ?? declared.flatMap({ $0.hasPrefix("image/") ? $0 : nil }) else { continue }
            images.append(Image(mimeType: type, fileName: name, bytes: bytes))
        }
        return images
    }

    /// The image type that the first bytes tell; nil for others.
    package static func sniff(_ bytes: [UInt8]) -> String? {
        let head = bytes.prefix(12)
        if head.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return "image/png" }
        if head.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        if head.starts(with: Array("GIF8".utf8)) { return "image/gif" }
        if head.starts(with: Array("RIFF".utf8)), head.dropFirst(8).elementsEqual("WEBP".utf8) { return "image/webp" }
        return nil
    }

    /// The ending of a file of this type.
    package static func fileExtension(_ mimeType: String) -> String {
        switch mimeType {
        case "image/png": ".png"
        case "image/jpeg": ".jpg"
        case "image/gif": ".gif"
        case "image/webp": ".webp"
        default: ".img"
        }
    }
}
