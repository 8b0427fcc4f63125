#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The permission bits of a file; 0 when there is none.
func mode(of path: String) -> UInt32 {
    var information = stat()
    return stat(path, &information) == 0 ? UInt32(information.st_mode & 0o777) : 0
}

/// What changes when a file is replaced.
func identity(of path: String) -> UInt64 {
    var information = stat()
    return stat(path, &information) == 0 ? UInt64(information.st_ino) : 0
}

/// A file beside which the folder `Golden` of this target stands.
let goldenBase = #filePath
