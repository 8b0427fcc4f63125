#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whether nobody else could have put a file where it lies: it and every folder above it belong to this user or to root, and
/// others may not write there. A folder in which only owners may remove what is theirs, such as `/tmp`, is no danger.
enum SecurePath {
    /// Throws when `path`, which has no symbolic links, could have been put there by somebody else.
    static func check(_ path: String) throws(SecretFault) {
        var current = path
        var isFile = true
        while true {
            var information = stat()
            if lstat(current, &information) != 0 { throw SecretFault("\(current) cannot be examined.") }
            try check(information, current, isFile: isFile)
            if current == "/" { return }
            current = FilePath.parent(current)
            isFile = false
        }
    }

    private static func check(_ information: stat, _ path: String, isFile: Bool) throws(SecretFault) {
        if isFile, information.st_mode & S_IFMT != S_IFREG { throw SecretFault("\(path) is no regular file.") }
        if information.st_uid != 0, information.st_uid != geteuid() {
            throw SecretFault("\(path) belongs to another user.")
        }
        let isShared = information.st_mode & 0o022 != 0
        if isShared, isFile || information.st_mode & S_ISVTX == 0 {
            throw SecretFault("Others may write to \(path).")
        }
    }
}
