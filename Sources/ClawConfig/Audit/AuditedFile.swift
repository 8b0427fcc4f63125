package import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file or directory that must be closed to others, and how it is.
package struct AuditedFile: Sendable, Hashable {
    package enum Role: Sendable, Hashable {
        case stateDirectory
        case config
        case include
        case credentialsDirectory
        case credential
        case agentDirectory
        case authProfiles
        case sessionsDirectory
        case sessionIndex
        case transcript
        case log

        package var isDirectory: Bool {
            switch self {
            case .stateDirectory, .credentialsDirectory, .agentDirectory, .sessionsDirectory: true
            default: false
            }
        }

        /// The mode that it should have.
        package var mode: UInt32 { isDirectory ? 0o700 : 0o600 }
    }

    package var role: Role
    package var path: String
    /// The permission bits of what the path leads to.
    package var mode: UInt32
    package var isLink: Bool

    package init(role: Role, path: String, mode: UInt32, isLink: Bool = false) {
        self.role = role
        self.path = path
        self.mode = mode
        self.isLink = isLink
    }

    /// Looks at `path`; nil when nothing is there.
    package init?(_ role: Role, at path: String) {
        var information = stat()
        if stat(path, &information) != 0 { return nil }
        var link = stat()
        let isLink = lstat(path, &link) == 0 && link.st_mode & S_IFMT == S_IFLNK
        self.init(role: role, path: path, mode: UInt32(information.st_mode) & 0o777, isLink: isLink)
    }

    var isReadableByGroup: Bool { mode & 0o040 != 0 }
    var isReadableByOthers: Bool { mode & 0o004 != 0 }
    var isWritableByGroup: Bool { mode & 0o020 != 0 }
    var isWritableByOthers: Bool { mode & 0o002 != 0 }

    /// The permission bits as three octal digits.
    var modeText: String { String(mode, radix: 8) }

    /// Gives the file its mode. A link is never followed.
    package func close() throws(FileError) {
        let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
        if descriptor < 0 { throw FileError(operation: "open", path: path, code: errno) }
        defer { Self.closeDescriptor(descriptor) }
        if fchmod(descriptor, mode_t(role.mode)) != 0 {
            throw FileError(operation: "set the mode of", path: path, code: errno)
        }
    }

    private static func closeDescriptor(_ descriptor: Int32) {
        #if canImport(Glibc)
            Glibc.close(descriptor)
        #else
            Darwin.close(descriptor)
        #endif
    }

    /// Everything of an installation that should be closed to others. Transcripts, of which there may be many, only when
    /// they are asked for.
    package static func all(
        _ snapshot: ConfigSnapshot, in location: ConfigLocation, includingTranscripts: Bool = false
    ) -> [AuditedFile] {
        let state = location.stateDirectory
        var files = [
            AuditedFile(.stateDirectory, at: state), AuditedFile(.config, at: location.configPath),
            AuditedFile(.credentialsDirectory, at: "\(state)/credentials"),
        ]
        for path in snapshot.files where path != location.configPath { files.append(AuditedFile(.include, at: path)) }
        for name in names(in: "\(state)/credentials") where name.hasSuffix(".json") {
            files.append(AuditedFile(.credential, at: "\(state)/credentials/\(name)"))
        }
        for agent in names(in: "\(state)/agents") {
            let folder = "\(state)/agents/\(agent)"
            files.append(AuditedFile(.agentDirectory, at: "\(folder)/agent"))
            files.append(AuditedFile(.authProfiles, at: "\(folder)/agent/auth-profiles.json"))
            files.append(AuditedFile(.sessionsDirectory, at: "\(folder)/sessions"))
            files.append(AuditedFile(.sessionIndex, at: "\(folder)/sessions/sessions.json"))
            guard includingTranscripts else { continue }
            for name in names(in: "\(folder)/sessions") where name.hasSuffix(".jsonl") {
                files.append(AuditedFile(.transcript, at: "\(folder)/sessions/\(name)"))
            }
        }
        if let log = snapshot.configuration.logging.file { files.append(AuditedFile(.log, at: log)) }
        return files.compactMap(\.self)
    }

    /// The names in a directory, sorted, without hidden ones; none when it cannot be read.
    private static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
