/// A QR code (ISO/IEC 18004) of bytes, with the lowest level of error correction: it is read from a screen, where nothing
/// smears. Own code since the library of Debian comes without an archive to link in.
package struct QRCode: Sendable, Hashable {
    /// Modules along an edge, without the quiet zone.
    package let size: Int
    private var dark: [Bool]
    /// Modules of patterns that hold no data.
    private var isFunction: [Bool]
    private let version: Int

    /// Nil when the bytes do not fit, which is beyond 2953.
    package init?(_ bytes: [UInt8]) {
        guard let version = QRCapacity.version(for: bytes.count) else { return nil }
        self.version = version
        size = version * 4 + 17
        dark = [Bool](repeating: false, count: size * size)
        isFunction = dark
        drawPatterns()
        drawData(QRCapacity.codewords(bytes, version: version))
        var best = (mask: 0, penalty: Int.max)
        for mask in 0..<8 {
            apply(mask)
            drawFormat(mask)
            let penalty = QRPenalty(self).total
            if penalty < best.penalty { best = (mask, penalty) }
            // A mask undoes itself.
            apply(mask)
        }
        apply(best.mask)
        drawFormat(best.mask)
    }

    /// Whether the module is dark; what lies outside is light.
    package func isDark(_ column: Int, _ row: Int) -> Bool {
        (0..<size).contains(column) && (0..<size).contains(row) && dark[row * size + column]
    }

    /// The code as text of half blocks, two rows a line, dark on light with a quiet zone of two modules. Light is drawn, so
    /// that it can be read on a dark terminal; on a light one it is inverted, which readers take as well.
    package var text: String {
        let quiet = 2
        var lines: [String] = []
        for row in stride(from: -quiet, to: size + quiet, by: 2) {
            var line = ""
            for column in -quiet..<(size + quiet) {
                let lowerIsOutside = row + 1 >= size + quiet
                switch (isDark(column, row), isDark(column, row + 1) || lowerIsOutside) {
                case (false, false): line += "█"
                case (false, true): line += "▀"
                case (true, false): line += "▄"
                case (true, true): line += " "
                }
            }
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }

    private mutating func set(_ column: Int, _ row: Int, _ isDark: Bool) {
        dark[row * size + column] = isDark
        isFunction[row * size + column] = true
    }

    private mutating func drawPatterns() {
        for index in 0..<size {
            set(6, index, index % 2 == 0)
            set(index, 6, index % 2 == 0)
        }
        for (column, row) in [(3, 3), (size - 4, 3), (3, size - 4)] { drawFinder(column, row) }
        let places = QRCapacity.alignmentPlaces(version)
        for column in places {
            for row in places {
                let isCorner =
                    (column == 6 && row == 6) || (column == 6 && row == size - 7) || (column == size - 7 && row == 6)
                if !isCorner { drawAlignment(column, row) }
            }
        }
        drawFormat(0)
        drawVersion()
    }

    private mutating func drawFinder(_ column: Int, _ row: Int) {
        for down in -4...4 {
            for right in -4...4 {
                let (x, y) = (column + right, row + down)
                guard (0..<size).contains(x), (0..<size).contains(y) else { continue }
                let ring = max(abs(right), abs(down))
                set(x, y, ring != 2 && ring != 4)
            }
        }
    }

    private mutating func drawAlignment(_ column: Int, _ row: Int) {
        for down in -2...2 {
            for right in -2...2 { set(column + right, row + down, max(abs(right), abs(down)) != 1) }
        }
    }

    /// Level and mask with their own error correction, twice.
    private mutating func drawFormat(_ mask: Int) {
        let data = 0b01 << 3 | mask
        var rest = data
        for _ in 0..<10 { rest = rest << 1 ^ (rest >> 9) * 0x537 }
        let bits = (data << 10 | rest) ^ 0x5412
        func bit(_ index: Int) -> Bool { bits >> index & 1 != 0 }
        for index in 0...5 { set(8, index, bit(index)) }
        set(8, 7, bit(6))
        set(8, 8, bit(7))
        set(7, 8, bit(8))
        for index in 9..<15 { set(14 - index, 8, bit(index)) }
        for index in 0..<8 { set(size - 1 - index, 8, bit(index)) }
        for index in 8..<15 { set(8, size - 15 + index, bit(index)) }
        set(8, size - 8, true)
    }

    private mutating func drawVersion() {
        if version < 7 { return }
        var rest = version
        for _ in 0..<12 { rest = rest << 1 ^ (rest >> 11) * 0x1F25 }
        let bits = version << 12 | rest
        for index in 0..<18 {
            let (far, near) = (size - 11 + index % 3, index / 3)
            set(far, near, bits >> index & 1 != 0)
            set(near, far, bits >> index & 1 != 0)
        }
    }

    /// In pairs of columns from the right, up and down in turn, past what is drawn already.
    private mutating func drawData(_ codewords: [UInt8]) {
        var index = 0
        var right = size - 1
        while right >= 1 {
            if right == 6 { right = 5 }
            for step in 0..<size {
                for column in [right, right - 1] {
                    let isUpward = (right + 1) & 2 == 0
                    let row = isUpward ? size - 1 - step : step
                    guard !isFunction[row * size + column], index < codewords.count * 8 else { continue }
                    dark[row * size + column] = codewords[index >> 3] >> (7 - UInt8(index & 7)) & 1 != 0
                    index += 1
                }
            }
            right -= 2
        }
    }

    private mutating func apply(_ mask: Int) {
        for row in 0..<size {
            for column in 0..<size where !isFunction[row * size + column] {
                let isFlipped =
                    switch mask {
                    case 0: (column + row) % 2 == 0
                    case 1: row % 2 == 0
                    case 2: column % 3 == 0
                    case 3: (column + row) % 3 == 0
                    case 4: (column / 3 + row / 2) % 2 == 0
                    case 5: column * row % 2 + column * row % 3 == 0
                    case 6: (column * row % 2 + column * row % 3) % 2 == 0
                    default: ((column + row) % 2 + column * row % 3) % 2 == 0
                    }
                if isFlipped { dark[row * size + column].toggle() }
            }
        }
    }
}
