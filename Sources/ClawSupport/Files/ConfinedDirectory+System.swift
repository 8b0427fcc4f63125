#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension ConfinedDirectory {
    static func openFolder(_ path: String) -> Int32 { openFile(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }

    static func openFolder(_ name: String, in folder: Int32) -> Int32 {
        openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    }

    static func status(_ folder: Int32, _ name: String) throws(Refusal) -> stat {
        var information = stat()
        if fstatat(folder, name, &information, AT_SYMLINK_NOFOLLOW) != 0 { throw refusal("examine", name) }
        return information
    }

    /// Refuses everything but regular files with one name.
    static func check(_ information: stat) throws(Refusal) {
        switch information.st_mode & S_IFMT {
        case S_IFREG: if information.st_nlink > 1 { throw .hardLinked }
        case S_IFDIR: throw .directory
        default: throw .notRegular
        }
    }

    /// Writes a sibling, flushes it and renames it over `name`, all within the open folder.
    static func replace(
        _ name: String, in folder: Int32, with bytes: [UInt8], mode: UInt32, path: String
    ) throws(Refusal) {
        let temporary = ".\(SystemEntropy().token(bytes: 9)).tmp"
        let descriptor = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_t(mode))
        if descriptor < 0 { throw refusal("create", path) }
        do throws(FileError) {
            defer { close(descriptor) }
            if fchmod(descriptor, mode_t(mode)) != 0 { throw .last("set the mode of", path) }
            try AtomicFile.writeAll(bytes, to: descriptor, path: path)
            if fsync(descriptor) != 0 { throw .last("flush", path) }
            if renameat(folder, temporary, folder, name) != 0 { throw .last("replace", path) }
        } catch {
            unlinkat(folder, temporary, 0)
            throw .system(error)
        }
        if fsync(folder) != 0 { throw .system(.last("flush the folder of", path)) }
    }

    static func refusal(_ operation: String, _ path: String) -> Refusal {
        switch errno {
        case ENOENT, ENOTDIR: .notFound
        // The name became a link after it was looked at: somebody is swapping files.
        case ELOOP: .outside
        case EISDIR: .directory
        case ENXIO: .notRegular
        default: .system(.last(operation, path))
        }
    }
}

private func openFile(_ path: String, _ flags: Int32) -> Int32 { open(path, flags) }

func readBytes(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, buffer.baseAddress, buffer.count)
}
