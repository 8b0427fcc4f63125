#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reading and writing of files below one directory, by paths that are not trusted.
///
/// Each path is walked from the directory component by component with `openat` and `O_NOFOLLOW`, so that what was
/// checked is what is opened, whatever another process does meanwhile. Links are followed by this type itself and only
/// as long as they stay inside. Files with a second name (hard links) and everything that is no regular file are
/// refused.
package struct ConfinedDirectory: Sendable, Hashable {
    /// Why a path is not read or written.
    package enum Refusal: Error, Sendable, Hashable {
        /// The path, or a link on it, leads out of the directory.
        case outside
        case notFound
        case directory
        /// A device, socket or pipe.
        case notRegular
        /// A second name for the file exists, perhaps outside.
        case hardLinked
        /// A link to nothing.
        case danglingLink
        /// Links that lead in a circle, or a path that is no path.
        case invalid
        case tooLarge(size: Int, limit: Int)
        case system(FileError)
    }

    /// Absolute, without a slash at the end.
    package let root: String

    private static let maximumLinks = 16

    package init(root: String) {
        var root = root
        while root.count > 1, root.hasSuffix("/") { root.removeLast() }
        self.root = root
    }

    /// The path below the directory that `path` names, relative to it or absolute, with `.` and `..` taken out. No
    /// links are looked at.
    package func relativePath(of path: String) throws(Refusal) -> String {
        try components(of: path).joined(separator: "/")
    }

    /// The content of a regular file of at most `limit` bytes.
    package func read(_ path: String, limit: Int) throws(Refusal) -> [UInt8] {
        let file = try open(path)
        defer { close(file.descriptor) }
        if file.size > limit { throw .tooLarge(size: file.size, limit: limit) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(file.size)
        var chunk = [UInt8](repeating: 0, count: min(max(file.size + 1, 512), 1 << 16))
        while true {
            let count = chunk.withUnsafeMutableBytes { readBytes(file.descriptor, $0) }
            if count < 0 {
                if errno == EINTR { continue }
                throw .system(.last("read", path))
            }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            if bytes.count > limit { throw .tooLarge(size: bytes.count, limit: limit) }
        }
    }

    /// The size in bytes of a regular file and when it was changed, in milliseconds since 1970.
    package func facts(_ path: String) throws(Refusal) -> (size: Int, modified: Int64) {
        var facts = (size: 0, modified: Int64(0))
        try withTarget(path, creating: false) { directory, name throws(Refusal) in
            let status = try Self.status(directory, name)
            try Self.check(status)
            #if canImport(Darwin)
                let time = status.st_mtimespec
            #else
                let time = status.st_mtim
            #endif
            facts = (Int(status.st_size), Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
        }
        return facts
    }

    /// Whether something has this name; links count by what they point to.
    package func exists(_ path: String) throws(Refusal) -> Bool {
        do throws(Refusal) {
            try withTarget(path, creating: false) { directory, name throws(Refusal) in
                _ = try Self.status(directory, name)
            }
            return true
        } catch .notFound {
            return false
        }
    }

    /// Replaces the file whole or not at all, creating missing folders. An existing file keeps its mode; a new one gets
    /// `mode`. Returns whether the file is new.
    package func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(Refusal) -> Bool {
        var isNew = false
        try withTarget(path, creating: true) { directory, name throws(Refusal) in
            var mode = mode
            do throws(Refusal) {
                let status = try Self.status(directory, name)
                try Self.check(status)
                mode = UInt32(status.st_mode) & 0o777
            } catch .notFound {
                isNew = true
            }
            try Self.replace(name, in: directory, with: bytes, mode: mode, path: path)
        }
        return isNew
    }

    private struct OpenFile {
        var descriptor: Int32
        var size: Int
    }

    private func open(_ path: String) throws(Refusal) -> OpenFile {
        var file: OpenFile?
        try withTarget(path, creating: false) { directory, name throws(Refusal) in
            let descriptor = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            if descriptor < 0 { throw Self.refusal("open", path) }
            var information = stat()
            let isKnown = fstat(descriptor, &information) == 0
            do throws(Refusal) {
                if !isKnown { throw .system(.last("examine", path)) }
                try Self.check(information)
            } catch {
                close(descriptor)
                throw error
            }
            file = OpenFile(descriptor: descriptor, size: Int(information.st_size))
        }
        guard let file else { throw .notFound }
        return file
    }

    /// Calls `body` with the open folder of the last component and that component's name, after following links.
    private func withTarget(
        _ path: String, creating: Bool, _ body: (Int32, String) throws(Refusal) -> Void
    ) throws(Refusal) {
        var names = try components(of: path)
        for _ in 0...Self.maximumLinks {
            guard let last = names.last else { throw .directory }
            switch try walk(names, creating: creating) {
            case .link(let replacement): names = replacement
            case .folder(let descriptor):
                defer { close(descriptor) }
                if let target = try linkTarget(descriptor, last, at: names.dropLast()) {
                    names = target
                    // A link to nothing must not become a way to create the file it names.
                    if creating, try isMissing(names) { throw .danglingLink }
                    continue
                }
                return try body(descriptor, last)
            }
        }
        throw .invalid
    }

    private enum Walk {
        /// The open folder of the last component.
        case folder(Int32)
        /// A folder on the way is a link; this is the path with the link replaced.
        case link([String])
    }

    private func walk(_ names: [String], creating: Bool) throws(Refusal) -> Walk {
        var current = Self.openFolder(root)
        if current < 0, creating, errno == ENOENT {
            // The directory itself is trusted; only what lies below it is not.
            do throws(FileError) { try AtomicFile.makeDirectory(root) } catch { throw .system(error) }
            current = Self.openFolder(root)
        }
        if current < 0 { throw Self.refusal("open", root) }
        for (position, name) in names.dropLast().enumerated() {
            var next = Self.openFolder(name, in: current)
            if next < 0, errno == ENOENT, creating {
                _ = mkdirat(current, name, 0o755)
                next = Self.openFolder(name, in: current)
            }
            let code = errno
            let folder = current
            defer { close(folder) }
            if next < 0 {
                // A link to a folder fails with ELOOP or ENOTDIR, by system.
                if code == ELOOP || code == ENOTDIR,
                    let target = try linkTarget(folder, name, at: names[..<position])
                {
                    return .link(target + names[(position + 1)...])
                }
                errno = code
                throw Self.refusal("open", name)
            }
            current = next
        }
        return .folder(current)
    }

    /// The path that the link `name` in the folder `folder` stands for; nil when it is no link.
    private func linkTarget(
        _ descriptor: Int32, _ name: String, at folder: ArraySlice<String>
    ) throws(Refusal) -> [String]? {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlinkat(descriptor, name, &buffer, buffer.count)
        if count < 0 { return nil }
        if count >= buffer.count { throw .invalid }
        let target = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if target.hasPrefix("/") { return try components(of: target) }
        return try Self.resolved(target, from: Array(folder))
    }

    private func isMissing(_ names: [String]) throws(Refusal) -> Bool {
        do throws(Refusal) {
            guard case .folder(let descriptor) = try walk(names, creating: false) else { return false }
            defer { close(descriptor) }
            guard let last = names.last else { return false }
            _ = try Self.status(descriptor, last)
            return false
        } catch .notFound {
            return true
        }
    }

    private func components(of path: String) throws(Refusal) -> [String] {
        if path.isEmpty || path.utf8.contains(0) || path.utf8.count > 4096 { throw .invalid }
        guard path.hasPrefix("/") else { return try Self.resolved(path, from: []) }
        let absolute = try Self.resolved(path, from: [])
        let base = root.split(separator: "/").map(String.init)
        guard absolute.starts(with: base) else { throw .outside }
        return Array(absolute.dropFirst(base.count))
    }

    /// `path` followed from `folder`, both below the directory.
    private static func resolved(_ path: String, from folder: [String]) throws(Refusal) -> [String] {
        var names = folder
        for name in path.split(separator: "/") where name != "." {
            if name == ".." {
                if names.isEmpty { throw .outside }
                names.removeLast()
            } else {
                if name.utf8.count > 255 { throw .invalid }
                names.append(String(name))
            }
        }
        return names
    }
}
