#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The browser of the desktop, if there is one.
enum Browser {
    #if os(macOS)
        private static let opener = "open"
    #else
        private static let opener = "xdg-open"
    #endif

    /// Starts the browser with `url` and does not wait for it. False where nobody would see it.
    static func open(_ url: String, environment: [String: String]) -> Bool {
        #if !os(macOS)
            let hasDesktop =
                environment["DISPLAY"]?.isEmpty == false || environment["WAYLAND_DISPLAY"]?.isEmpty == false
            if !hasDesktop { return false }
        #endif
        guard let program = find(environment["PATH"] ?? "") else { return false }
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup(url), nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var process = pid_t()
        return posix_spawn(&process, program, nil, nil, &arguments, &variables) == 0
    }

    private static func find(_ path: String) -> String? {
        path.split(separator: ":").map { "\($0)/\(opener)" }.first { access($0, X_OK) == 0 }
    }
}
