/// The key that someone probably meant.
enum Suggestion {
    /// The candidate with the fewest changed letters, if at most half of the letters, and at most three,
    /// changed; case does not count.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let limit = min(3, max(1, word.count / 2))
        let ranked = candidates.map { (name: $0, distance: distance(word.lowercased(), $0.lowercased())) }
        return ranked.filter { $0.distance <= limit }.min { $0.distance < $1.distance }?.name
    }

    /// Insertions, deletions and replacements that turn one text into the other (Levenshtein).
    static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right.prefix(64))
        var row = Array(0...right.count)
        for (rowIndex, one) in left.prefix(64).enumerated() {
            var diagonal = row[0]
            row[0] = rowIndex + 1
            for (index, other) in right.enumerated() {
                let above = row[index + 1]
                row[index + 1] = min(min(above, row[index]) + 1, diagonal + (one == other ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
