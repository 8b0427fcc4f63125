/// Where random identifiers and secrets come from, injected so that tests and golden files are repeatable.
package protocol Entropy: Sendable {
    /// `count` bytes that nobody can predict.
    func bytes(_ count: Int) -> [UInt8]
}

/// The random source of the operating system.
package struct SystemEntropy: Entropy {
    package init() {}

    package func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

extension Entropy {
    /// A random UUID (version 4) in lower case.
    package func uuid() -> String {
        var raw = bytes(16)
        raw[6] = raw[6] & 0x0F | 0x40
        raw[8] = raw[8] & 0x3F | 0x80
        let hex = HexText.encode(raw)
        var text = ""
        for (position, character) in hex.enumerated() {
            if [8, 12, 16, 20].contains(position) { text.append("-") }
            text.append(character)
        }
        return text
    }

    /// `count` random bytes in base64url without padding, the form of tokens and nonces.
    package func token(bytes count: Int) -> String { Base64.encodeURL(bytes(count)) }

    /// `count` characters of `alphabet`, each equally likely; the alphabet holds at most 256.
    package func code(length count: Int, alphabet: [Character]) -> String {
        let limit = 256 / alphabet.count * alphabet.count
        var text = ""
        while text.count < count {
            for byte in bytes(count) where Int(byte) < limit && text.count < count {
                text.append(alphabet[Int(byte) % alphabet.count])
            }
        }
        return text
    }
}
