import Crypto

/// A secret that cannot be printed, logged or compared by accident: every description of it is `[redacted]`, and the only
/// comparison takes the same time for every wrong guess.
package struct Redacted: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let secret: String

    package init(_ secret: String) { self.secret = secret }

    /// The secret itself, for the one place that must send it.
    package func reveal() -> String { secret }

    package var isEmpty: Bool { secret.isEmpty }

    /// Whether `guess` is the secret. Both sides are hashed first, so that neither content nor length shows in the time.
    package func matches(_ guess: String) -> Bool { constantTimeEqual(secret, guess) }

    package var description: String { "[redacted]" }
    package var debugDescription: String { "[redacted]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Compares two secrets in a time that depends on neither: the one comparison of secrets in this program.
package func constantTimeEqual(_ left: String, _ right: String) -> Bool {
    let leftDigest = SHA256.hash(data: Array(left.utf8))
    let rightDigest = SHA256.hash(data: Array(right.utf8))
    var difference: UInt8 = 0
    for (one, other) in zip(leftDigest, rightDigest) { difference |= one ^ other }
    return difference == 0
}

/// SHA-256 of `bytes` in lower-case hexadecimal.
package func sha256Hex(_ bytes: [UInt8]) -> String { HexText.encode(SHA256.hash(data: bytes)) }
