import FoundationEssentials

/// The files of this repository, as the checks read them.
enum SourceTree {
    /// The folder that holds `Package.swift`.
    static let root: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        while !parts.isEmpty {
            let folder = parts.joined(separator: "/")
            if FileManager.default.fileExists(atPath: "\(folder)/Package.swift") {
                // The folders may be links; the real one holds them all.
                let sources = URL(filePath: "\(folder)/Sources").resolvingSymlinksInPath()
                return sources.deletingLastPathComponent().path
            }
            parts.removeLast()
        }
        return "."
    }()

    /// Paths relative to the root of all files below `folder` with one of the endings, sorted.
    static func files(below folder: String, endings: [String]) -> [String] {
        // A folder that does not exist yet has no files.
        guard let names = try? FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)") else { return [] }
        return
            names
            .filter { name in endings.contains { name.hasSuffix($0) } && !name.contains("node_modules/") }
            .map { "\(folder)/\($0)" }.sorted()
    }

    static func text(_ path: String) -> String {
        FileManager.default.contents(atPath: "\(root)/\(path)").map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Swift sources of the product.
    static let sources: [SourceFile] =
        files(below: "Sources", endings: [".swift"]).map { SourceFile(path: $0, text: text($0)) }
}

/// One Swift file with its text and the same text without comments and string contents.
struct SourceFile {
    let path: String
    let lines: [String]
    /// Same number of lines; comments and the insides of string literals are blanked.
    let codeLines: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        codeLines = SwiftText.blankingCommentsAndStrings(text)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The target the file belongs to.
    var target: String {
        let parts = path.split(separator: "/")
        if parts.count > 2, parts[1] == "Channels" { return "\(parts[2])Channel" }
        return parts.count > 1 ? String(parts[1]) : ""
    }

    var imports: [String] {
        codeLines.compactMap { line in
            let words = line.split(separator: " ")
            guard let position = words.firstIndex(of: "import"), words.count > position + 1,
                words[..<position].allSatisfy({
                    ["package", "public", "internal", "@testable", "private"].contains($0)
                })
            else { return nil }
            let skip =
                ["struct", "class", "enum", "protocol", "func", "typealias"].contains(words[position + 1]) ? 2 : 1
            return words[position + skip].split(separator: ".").first.map(String.init)
        }
    }
}
