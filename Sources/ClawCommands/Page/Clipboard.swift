import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The clipboard of the desktop, through the program that fills it.
enum Clipboard {
    /// The programs that read it from standard input, and the variable without which they would reach no desktop.
    private static let programs: [(words: [String], variable: String?)] = [
        (["pbcopy"], nil), (["wl-copy"], "WAYLAND_DISPLAY"), (["xclip", "-selection", "clipboard"], "DISPLAY"),
        (["xsel", "--clipboard", "--input"], "DISPLAY"),
    ]

    /// Puts `text` there, and does not wait for the program. False where there is none.
    static func copy(_ text: String, environment: [String: String]) -> Bool {
        let folders = (environment["PATH"] ?? "").split(separator: ":")
        for (words, variable) in programs where variable.map({ environment[$0]?.isEmpty == false }) ?? true {
            let candidates: [String] = folders.map { "\($0)/\(words[0])" }
            guard let path = candidates.first(where: { access($0, X_OK) == 0 }) else { continue }
            return run(path, words, Array(text.utf8), environment)
        }
        return false
    }

    private static func run(
        _ program: String, _ words: [String], _ input: [UInt8], _ environment: [String: String]
    ) -> Bool {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return false }
        defer { for end in ends { close(end) } }
        // A pipe holds far more than a link, so that it is filled before anybody reads; without it there is nothing to copy.
        guard (try? AtomicFile.writeAll(input, to: ends[1], path: "the clipboard")) != nil else { return false }
        #if canImport(Glibc)
            var actions = posix_spawn_file_actions_t()
        #else
            var actions: posix_spawn_file_actions_t?
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
        for end in ends { posix_spawn_file_actions_addclose(&actions, end) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in arguments + variables { free(text) } }
        var process = pid_t()
        return posix_spawn(&process, program, &actions, nil, &arguments, &variables) == 0
    }
}
