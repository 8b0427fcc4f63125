import ClawSupport
import Crypto
import CryptoExtras
import FoundationEssentials

/// The open beginning of a backup: how its key is made from the passphrase (`docs/backup.md`).
struct BackupHeader: Sendable, Hashable {
    /// The costs of scrypt (RFC 7914); memory is 128 · 2^logN · r bytes.
    struct Cost: Sendable, Hashable {
        var logN: UInt8
        var r: UInt8
        var p: UInt8

        /// 64 MiB and a few tenths of a second.
        static let standard = Cost(logN: 16, r: 8, p: 1)

        /// Whether a file may ask for it: a hostile one would ask for all memory.
        var isAcceptable: Bool { (10...20).contains(logN) && (1...16).contains(r) && (1...4).contains(p) }
    }

    static let magic = Array("OPENCLAW-BACKUP\n".utf8)
    static let version: UInt8 = 1
    static let saltCount = 16
    static let checkCount = 16
    static let count = magic.count + 4 + saltCount + checkCount

    var cost: Cost
    var salt: [UInt8]

    /// The keys of a passphrase: one for the content, one that tells whether the passphrase is right.
    func keys(_ passphrase: Redacted) throws -> (content: SymmetricKey, check: SymmetricKey) {
        let derived = try KDF.Scrypt.deriveKey(
            from: Array(passphrase.reveal().utf8), salt: salt, outputByteCount: 64, rounds: 1 << Int(cost.logN),
            blockSize: Int(cost.r), parallelism: Int(cost.p))
        let bytes = derived.withUnsafeBytes { Array($0) }
        return (SymmetricKey(data: bytes[..<32]), SymmetricKey(data: bytes[32...]))
    }

    /// The bytes of the header, closed by the check.
    func bytes(check: SymmetricKey) -> [UInt8] { open + Self.check(of: open, check) }

    private var open: [UInt8] { Self.magic + [Self.version, cost.logN, cost.r, cost.p] + salt }

    private static func check(of open: [UInt8], _ key: SymmetricKey) -> [UInt8] {
        Array(Array(HMAC<SHA256>.authenticationCode(for: open, using: key)).prefix(checkCount))
    }

    /// Reads `bytes`, which are as many as `count`, and returns the key of the content.
    static func key(_ bytes: [UInt8], _ passphrase: Redacted, path: String) throws -> SymmetricKey {
        guard bytes.count == count, bytes.starts(with: magic) else { throw BackupError.notABackup(path) }
        let version = bytes[magic.count]
        if version != Self.version { throw BackupError.unknownVersion(Int(version)) }
        let header = BackupHeader(
            cost: Cost(logN: bytes[magic.count + 1], r: bytes[magic.count + 2], p: bytes[magic.count + 3]),
            salt: Array(bytes[(magic.count + 4)..<(magic.count + 4 + saltCount)]))
        guard header.cost.isAcceptable else { throw BackupError.damaged(at: Int64(magic.count)) }
        let keys = try header.keys(passphrase)
        let expected = check(of: header.open, keys.check)
        guard constantTimeEqual(HexText.encode(expected), HexText.encode(Array(bytes.suffix(checkCount)))) else {
            throw BackupError.wrongPassphrase
        }
        return keys.content
    }
}
