/// How bytes become the codewords of a QR code of the lowest level of error correction (ISO/IEC 18004, tables 7 and 9).
enum QRCapacity {
    /// Error correction codewords of each block, by version from 1.
    private static let correction = [
        7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28, 28, 28, 30, 30, 26, 28, 30, 30,
        30,
        30, 30, 30, 30, 30, 30, 30, 30, 30, 30, 30,
    ]
    private static let blocks = [
        1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8, 8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19,
        19,
        20, 21, 22, 24, 25,
    ]

    /// Codewords of all kinds that a symbol holds.
    private static func total(_ version: Int) -> Int {
        var modules = (16 * version + 128) * version + 64
        if version >= 2 {
            let places = version / 7 + 2
            modules -= (25 * places - 10) * places - 55
            if version >= 7 { modules -= 36 }
        }
        return modules / 8
    }

    private static func dataCount(_ version: Int) -> Int {
        total(version) - correction[version - 1] * blocks[version - 1]
    }

    private static func countBits(_ version: Int) -> Int { version < 10 ? 8 : 16 }

    /// The smallest version that holds so many bytes.
    static func version(for count: Int) -> Int? {
        (1...40).first { 4 + countBits($0) + count * 8 <= dataCount($0) * 8 }
    }

    static func alignmentPlaces(_ version: Int) -> [Int] {
        if version == 1 { return [] }
        let count = version / 7 + 2
        let step = version == 32 ? 26 : (version * 4 + count * 2 + 1) / (count * 2 - 2) * 2
        let last = version * 4 + 10
        return [6] + (0..<(count - 1)).map { last - $0 * step }.reversed()
    }

    /// The bytes with mode, count and padding, in blocks with their error correction, woven into each other.
    static func codewords(_ bytes: [UInt8], version: Int) -> [UInt8] {
        let capacity = dataCount(version)
        var bits: [Bool] = []
        func append(_ value: Int, _ count: Int) {
            for place in stride(from: count - 1, through: 0, by: -1) { bits.append(value >> place & 1 != 0) }
        }
        append(0b0100, 4)
        append(bytes.count, countBits(version))
        for byte in bytes { append(Int(byte), 8) }
        append(0, min(4, capacity * 8 - bits.count))
        append(0, (8 - bits.count % 8) % 8)
        var data = stride(from: 0, to: bits.count, by: 8).map { start in
            bits[start..<(start + 8)].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
        }
        for index in 0..<(capacity - data.count) { data.append(index % 2 == 0 ? 0xEC : 0x11) }
        return woven(data, version)
    }

    private static func woven(_ data: [UInt8], _ version: Int) -> [UInt8] {
        let (count, correction) = (blocks[version - 1], correction[version - 1])
        let short = total(version) / count - correction
        let shortCount = count - total(version) % count
        let divisor = ReedSolomon.divisor(degree: correction)
        var parts: [(data: ArraySlice<UInt8>, correction: [UInt8])] = []
        var start = 0
        for block in 0..<count {
            let part = data[start..<(start + short + (block < shortCount ? 0 : 1))]
            parts.append((part, ReedSolomon.remainder(part, divisor)))
            start += part.count
        }
        var output: [UInt8] = []
        for index in 0...short {
            for part in parts where index < part.data.count { output.append(part.data[part.data.startIndex + index]) }
        }
        for index in 0..<correction { output += parts.map { $0.correction[index] } }
        return output
    }
}

/// Error correction over the field of 256 elements with the polynomial 0x11D.
private enum ReedSolomon {
    /// The coefficients of the product of (x − 2ⁿ), without the first.
    static func divisor(degree: Int) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: degree - 1) + [1]
        var root: UInt8 = 1
        for _ in 0..<degree {
            for index in result.indices {
                result[index] = multiply(result[index], root)
                if index + 1 < result.count { result[index] ^= result[index + 1] }
            }
            root = multiply(root, 2)
        }
        return result
    }

    static func remainder(_ data: ArraySlice<UInt8>, _ divisor: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: divisor.count)
        for byte in data {
            let factor = byte ^ result.removeFirst()
            result.append(0)
            for (index, coefficient) in divisor.enumerated() { result[index] ^= multiply(coefficient, factor) }
        }
        return result
    }

    private static func multiply(_ left: UInt8, _ right: UInt8) -> UInt8 {
        var product = 0
        for place in stride(from: 7, through: 0, by: -1) {
            product = product << 1 ^ (product >> 7) * 0x11D
            product ^= Int(right >> UInt8(place) & 1) * Int(left)
        }
        return UInt8(product)
    }
}
