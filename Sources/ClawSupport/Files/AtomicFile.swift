#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A call of the operating system on a file that failed.
package struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
    package let operation: String
    package let path: String
    package let code: Int32

    package init(operation: String, path: String, code: Int32) {
        self.operation = operation
        self.path = path
        self.code = code
    }

    package var description: String { "Cannot \(operation) \(path): \(String(cString: strerror(code)))." }

    /// What `errno` says now.
    package static func last(_ operation: String, _ path: String) -> FileError {
        FileError(operation: operation, path: path, code: errno)
    }
}

/// Files that are replaced whole or not at all, and directories that only their owner can open.
package enum AtomicFile {
    /// Replaces the file at `path`: temporary sibling, fsync, rename, fsync of the directory. A crash leaves the old file or
    /// the new one. The mode holds whatever the umask is.
    package static func write(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o600) throws(FileError) {
        let temporary = "\(path).\(getpid()).\(SystemEntropy().token(bytes: 6)).tmp"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode_t(mode))
        if descriptor < 0 { throw .last("create", temporary) }
        do throws(FileError) {
            defer { close(descriptor) }
            if fchmod(descriptor, mode_t(mode)) != 0 { throw .last("set the mode of", temporary) }
            try writeAll(bytes, to: descriptor, path: temporary)
            if fsync(descriptor) != 0 { throw .last("flush", temporary) }
            if rename(temporary, path) != 0 { throw .last("replace", path) }
        } catch {
            unlink(temporary)
            throw error
        }
        try syncDirectory(of: path)
    }

    /// Whether anything is at `path`, a link that leads nowhere included.
    package static func exists(_ path: String) -> Bool {
        var information = stat()
        return lstat(path, &information) == 0
    }

    /// The whole content of a regular file; nil when there is none. Throws also when it is larger than `limit` bytes.
    package static func read(_ path: String, limit: Int = 64 << 20) throws(FileError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .last("open", path)
        }
        defer { close(descriptor) }
        var information = stat()
        if fstat(descriptor, &information) != 0 { throw .last("examine", path) }
        if information.st_mode & S_IFMT == S_IFDIR { throw FileError(operation: "read", path: path, code: EISDIR) }
        if Int(information.st_size) > limit { throw FileError(operation: "read", path: path, code: EFBIG) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: max(4096, Int(information.st_size) + 1))
        while true {
            let count = readChunk(descriptor, &chunk)
            if count < 0 {
                if errno == EINTR { continue }
                throw .last("read", path)
            }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
            if bytes.count > limit { throw FileError(operation: "read", path: path, code: EFBIG) }
        }
    }

    /// Creates `path` and its missing parents, each with mode 0700 whatever the umask is; existing ones are left alone.
    package static func makeDirectory(_ path: String) throws(FileError) {
        if path.isEmpty || path == "/" || mkdir(path, 0o700) == 0 {
            if !path.isEmpty, path != "/", chmod(path, 0o700) != 0 { throw .last("set the mode of", path) }
            return
        }
        if errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/") else { throw .last("create", path) }
        try makeDirectory(String(path[..<slash]))
        try makeDirectory(path)
    }

    /// Throws when a directory could not be written to, or not be made. Makes nothing.
    package static func checkWritable(_ directory: String) throws(FileError) {
        var current = directory
        while access(current, W_OK | X_OK) != 0 {
            guard errno == ENOENT, let slash = current.lastIndex(of: "/") else { throw .last("write to", current) }
            current = slash == current.startIndex ? "/" : String(current[..<slash])
        }
        var information = stat()
        if stat(current, &information) != 0 { throw .last("write to", current) }
        if information.st_mode & S_IFMT != S_IFDIR {
            throw FileError(operation: "write to", path: current, code: ENOTDIR)
        }
    }

    /// The permission bits of what a path names; nil when it names nothing.
    package static func mode(of path: String) -> UInt32? {
        var information = stat()
        return stat(path, &information) == 0 ? UInt32(information.st_mode & 0o7777) : nil
    }

    /// Removes a file; one that is not there is fine.
    package static func remove(_ path: String) throws(FileError) {
        if unlink(path) != 0, errno != ENOENT { throw .last("remove", path) }
    }

    /// Makes a rename or a new name in the directory of `path` durable.
    package static func syncDirectory(of path: String) throws(FileError) {
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(directory.isEmpty ? "/" : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { throw .last("open", directory) }
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw .last("flush", directory) }
    }

    /// Writes all of `bytes` to an open file, going on after short writes.
    package static func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(FileError) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                writeChunk(descriptor, UnsafeRawBufferPointer(rebasing: buffer[offset...]))
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw .last("write", path)
            }
            offset += count
        }
    }
}

private func readChunk(_ descriptor: Int32, _ chunk: inout [UInt8]) -> Int {
    chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
}

private func writeChunk(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
    write(descriptor, buffer.baseAddress, buffer.count)
}
