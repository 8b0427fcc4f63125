/// How hard a QR code is to read: the mask with the smallest sum is taken (ISO/IEC 18004, 7.8.3).
struct QRPenalty {
    private(set) var total = 0

    init(_ code: QRCode) {
        let size = code.size
        for line in 0..<size {
            add((0..<size).map { code.isDark($0, line) })
            add((0..<size).map { code.isDark(line, $0) })
        }
        for row in 0..<(size - 1) {
            for column in 0..<(size - 1) {
                let colour = code.isDark(column, row)
                let isSquare =
                    code.isDark(column + 1, row) == colour && code.isDark(column, row + 1) == colour
                    && code.isDark(column + 1, row + 1) == colour
                if isSquare { total += 3 }
            }
        }
        let dark = (0..<size).reduce(0) { sum, row in sum + (0..<size).count { code.isDark($0, row) } }
        // Ten for every twentieth that the share of dark modules is away from a half.
        total += abs(dark * 20 - size * size * 10) / (size * size) * 10
    }

    /// Long runs, and what looks like the pattern in the corners.
    private mutating func add(_ line: [Bool]) {
        var length = 0
        for (index, isDark) in line.enumerated() {
            length = index > 0 && line[index - 1] == isDark ? length + 1 : 1
            if length == 5 { total += 3 } else if length > 5 { total += 1 }
        }
        let finder = [true, false, true, true, true, false, true]
        let quiet = [false, false, false, false]
        for start in 0..<max(0, line.count - 10) {
            let part = Array(line[start..<(start + 11)])
            if part == finder + quiet || part == quiet + finder { total += 40 }
        }
    }
}
