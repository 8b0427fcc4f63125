package import ClawCore
import ClawStore
package import ClawSupport
import Logging

/// Files that came with messages, below `media/inbound` of the state directory. Messages refer to them by path.
package struct InboundMedia: Sendable {
    /// Absolute.
    private let directory: String
    private let entropy: any Entropy
    /// The most bytes of a file that is read. How large one may come in is decided where it does; no door lets more in.
    package static let byteLimit = 64 << 20

    package init(stateDirectory: String, entropy: any Entropy) {
        directory = "\(stateDirectory)/media/inbound"
        self.entropy = entropy
    }

    /// Writes images. They are on disk when this returns.
    package func store(_ images: [AttachmentReader.Image]) async throws -> [MediaReference] {
        if images.isEmpty { return [] }
        return try await FileWork.shared.run { try images.map(store) }
    }

    /// Writes an image under a name of our own: what the sender calls it never becomes a path.
    private func store(_ image: AttachmentReader.Image) throws -> MediaReference {
        try AtomicFile.makeDirectory(directory)
        let path = "\(directory)/\(entropy.uuid())\(AttachmentReader.fileExtension(image.mimeType))"
        try AtomicFile.write(image.bytes, to: path)
        return MediaReference(
            path: path, mimeType: image.mimeType, byteCount: image.bytes.count, fileName: image.fileName)
    }

    /// The images of a message as the model takes them. One that is gone is left out, and the log says so.
    package func images(of message: InboundMessage) async throws -> [ContentBlock] {
        if message.media.isEmpty { return [] }
        return try await FileWork.shared.run { read(message) }
    }

    private func read(_ message: InboundMessage) -> [ContentBlock] {
        message.media.compactMap { reference in
            guard reference.mimeType.hasPrefix("image/"), reference.path.hasPrefix(directory + "/"),
                !reference.path.contains("/../")
            else { return nil }
            do {
                guard let bytes = try AtomicFile.read(reference.path, limit: Self.byteLimit) else {
                    Logger(label: "openclaw.media").warning("an image is gone", metadata: ["path": "\(reference.path)"])
                    return nil
                }
                return .image(data: Base64.encode(bytes), mimeType: reference.mimeType)
            } catch {
                Logger(label: "openclaw.media").warning("an image cannot be read", metadata: ["error": "\(error)"])
                return nil
            }
        }
    }
}
