#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Finds programs as a shell does.
package enum ExecutableSearch {
    /// The first regular file named `name` that this process may run, in the folders of `path` (as the variable PATH has
    /// them). Folders that are not absolute are passed over: they would depend on where the command runs.
    package static func find(_ name: String, path: String) -> String? {
        if name.isEmpty || name.contains("/") { return nil }
        return path.split(separator: ":").lazy.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
            .first(where: isExecutable)
    }

    package static func isExecutable(_ path: String) -> Bool {
        var information = stat()
        return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    }
}
