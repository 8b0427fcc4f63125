#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The program that runs.
enum Executable {
    /// Its absolute path.
    static let path: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { return CommandLine.arguments.first ?? "openclaw" }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }()

    /// What a person types to run this program: its name where `PATH` finds it, else its path.
    static func command(_ environment: [String: String]) -> String {
        let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let isFound = environment["PATH"]?.split(separator: ":").contains { $0 == folder } ?? false
        return isFound ? "openclaw" : path
    }
}
