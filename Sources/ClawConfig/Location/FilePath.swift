#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Paths as texts, and the few questions about them that only the file system answers.
package enum FilePath {
    /// The path made absolute from `directory`, without `.`, `..` and double slashes. Symbolic links are not followed.
    package static func absolute(_ path: String, from directory: String) -> String {
        var parts: [Substring] = []
        for part in (path.hasPrefix("/") ? path : "\(directory)/\(path)").split(separator: "/") where part != "." {
            if part == ".." {
                if !parts.isEmpty { parts.removeLast() }
            } else {
                parts.append(part)
            }
        }
        return "/" + parts.joined(separator: "/")
    }

    package static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Whether `path` is `directory` or below it; both are absolute and free of `..`.
    package static func isInside(_ path: String, _ directory: String) -> Bool {
        directory == "/" || path == directory || path.hasPrefix(directory + "/")
    }

    /// `~` and `~/…` with the home directory in place of the tilde.
    package static func expandingTilde(_ path: String, home: String) -> String {
        if path == "~" { return home }
        return path.hasPrefix("~/") ? home + path.dropFirst() : path
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The path with every symbolic link followed; nil when it names nothing.
    package static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Whether the path names a regular file, its size, and how many names the file has.
    static func regularFile(_ path: String) -> (isRegular: Bool, size: Int, links: Int)? {
        var information = stat()
        if stat(path, &information) != 0 { return nil }
        let isRegular = information.st_mode & S_IFMT == S_IFREG
        return (isRegular, Int(information.st_size), Int(information.st_nlink))
    }
}
