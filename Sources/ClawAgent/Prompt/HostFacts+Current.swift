#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension HostFacts {
    /// The machine that this process runs on.
    package static func current() -> HostFacts {
        var information = utsname()
        guard uname(&information) == 0 else {
            return HostFacts(name: "unknown", system: "unknown", architecture: "unknown")
        }
        return HostFacts(
            name: text(of: information.nodename), system: text(of: information.sysname).lowercased(),
            architecture: text(of: information.machine))
    }

    private static func text<Field>(of field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
