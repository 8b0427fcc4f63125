#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension SecretProviders.Program {
    /// Where the program really lies. Throws when it must not be run: others could have put it there, it is a symbolic link
    /// without permission to be one, or it lies outside the trusted folders.
    package func checkedPath() throws(SecretFault) -> String {
        guard command.hasPrefix("/") else { throw SecretFault("\(command) is no absolute path.") }
        guard let real = FilePath.real(command) else { throw SecretFault("\(command) does not exist.") }
        var information = stat()
        let isLink = lstat(command, &information) == 0 && information.st_mode & S_IFMT == S_IFLNK
        if isLink, !allowSymlinkCommand { throw SecretFault("\(command) is a symbolic link.") }
        if !trustedDirs.isEmpty {
            let trusted = trustedDirs.map { FilePath.real($0) ?? $0 }
            guard trusted.contains(where: { FilePath.isInside(real, $0) }) else {
                throw SecretFault("\(command) does not lie in trustedDirs.")
            }
        }
        if !allowInsecurePath { try SecurePath.check(real) }
        return real
    }
}
