import ClawConfig
import ClawExec

/// The program that runs now.
enum OwnExecutable {
    /// Its absolute path: the name that `PATH` knows it by, if that leads to the same file, since such a name stays when a
    /// new version is put in place; else the file itself.
    static func path(environment: [String: String]) -> String {
        #if os(Linux)
            let own = FilePath.real("/proc/self/exe") ?? CommandLine.arguments.first ?? "openclaw"
        #else
            let own = FilePath.real(CommandLine.arguments.first ?? "") ?? "openclaw"
        #endif
        guard let known = ExecutableSearch.find("openclaw", path: environment["PATH"] ?? ""),
            FilePath.real(known) == own
        else { return own }
        return known
    }
}
