import ClawSupport

/// A place that holds a built page.
enum AssetSource: Sendable {
    /// A directory, absolute and without symbolic links.
    case directory(String)
    case archive(AssetArchive)

    /// What one file is.
    struct Asset: Sendable {
        /// A strong HTTP entity tag, quotes included.
        let entityTag: String
        let content: [UInt8]
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

    func asset(_ components: [String], _ cache: AssetCache) -> Asset? {
        let name = components.joined(separator: "/")
        switch self {
        case .directory(let root):
            guard let file = AssetFile(root: root, components: components), file.size <= Self.sizeLimit else {
                return nil
            }
            return cache.asset("\(root)/\(name)", file.stamp) {
                file.read(at: 0, count: file.size).map {
                    Asset(entityTag: "\"\(sha256Hex($0).prefix(32))\"", content: $0)
                }
            }
        case .archive(let archive):
            guard let entry = archive.entry(name) else { return nil }
            return cache.asset(name, nil) {
                archive.content(of: entry).map {
                    Asset(entityTag: "\"\(HexText.encode(entry.digest))\"", content: $0)
                }
            }
        }
    }
}
