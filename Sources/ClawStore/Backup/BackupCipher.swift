import Crypto

/// Seals the content of a backup piece by piece: each piece proves that it is whole, in its place, and not the last unless it
/// says so. ChaCha20-Poly1305 with the position as nonce; the key belongs to one backup, so no nonce is used twice.
struct BackupCipher {
    /// The most bytes of one piece.
    static let pieceLimit = 64 << 10
    static let tagCount = 16

    private let key: SymmetricKey
    private let header: [UInt8]
    private var position: UInt64 = 0

    /// - Parameter header: Is proved with every piece, so that it cannot be exchanged.
    init(key: SymmetricKey, header: [UInt8]) {
        self.key = key
        self.header = header
    }

    /// The length word, the sealed bytes and the tag of the next piece.
    mutating func seal(_ piece: some Collection<UInt8>, isLast: Bool) throws -> [UInt8] {
        let word = Self.word(count: piece.count, isLast: isLast)
        let box = try ChaChaPoly.seal(Array(piece), using: key, nonce: try nonce(), authenticating: header + word)
        position += 1
        return word + Array(box.ciphertext) + Array(box.tag)
    }

    /// The bytes of the next piece; `sealed` is what stands behind its length word. Throws when it was changed.
    mutating func open(_ sealed: [UInt8], word: [UInt8]) throws -> [UInt8] {
        let box = try ChaChaPoly.SealedBox(
            nonce: try nonce(), ciphertext: sealed.dropLast(Self.tagCount), tag: sealed.suffix(Self.tagCount))
        let piece = try ChaChaPoly.open(box, using: key, authenticating: header + word)
        position += 1
        return Array(piece)
    }

    /// What a length word says; nil for one that no writer makes.
    static func read(_ word: [UInt8]) -> (count: Int, isLast: Bool)? {
        let value = word.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let count = Int(value & 0x7FFF_FFFF)
        return count <= pieceLimit ? (count, value & 0x8000_0000 != 0) : nil
    }

    private static func word(count: Int, isLast: Bool) -> [UInt8] {
        let value = UInt32(count) | (isLast ? 0x8000_0000 : 0)
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
    }

    private func nonce() throws -> ChaChaPoly.Nonce {
        let counter = stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: position >> UInt64($0)) }
        return try ChaChaPoly.Nonce(data: [0, 0, 0, 0] + counter)
    }
}
