import ClawSupport

/// A place that holds a built page.
enum AssetSource: Sendable {
    /// A directory, absolute and without symbolic links.
    case directory(String)
    case archive(AssetArchive)

    /// What one file is; the content is read only when it is asked for.
    struct Asset {
        /// A strong HTTP entity tag, quotes included.
        let entityTag: String
        let content: () -> [UInt8]?
    }

    /// A larger file is not part of a page.
    private static let sizeLimit = 16 << 20

    /// A directory that holds an `index.html`.
    static func folder(_ path: String) -> AssetSource? {
        guard let root = resolvedPath(path), AssetFile(root: root, components: ["index.html"]) != nil else {
            return nil
        }
        return .directory(root)
    }

    /// The section that a release build carries.
    static func section(ofImage path: String) -> AssetSource? {
        guard let file = AssetFile(path: path), let range = ELFImage(file).section(AssetArchive.sectionName),
            let archive = AssetArchive(file, in: range), archive.entry("index.html") != nil
        else { return nil }
        return .archive(archive)
    }

    func asset(_ components: [String]) -> Asset? {
        switch self {
        case .directory(let root):
            guard let file = AssetFile(root: root, components: components), file.size <= Self.sizeLimit,
                let content = file.read(at: 0, count: file.size)
            else { return nil }
            return Asset(entityTag: "\"\(sha256Hex(content).prefix(32))\"") { content }
        case .archive(let archive):
            guard let entry = archive.entry(components.joined(separator: "/")) else { return nil }
            return Asset(entityTag: "\"\(HexText.encode(entry.digest))\"") { archive.content(of: entry) }
        }
    }
}
