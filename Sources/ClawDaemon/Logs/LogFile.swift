package import ClawSupport
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The log file of the Gateway: JSON lines, one file a day unless the configuration names a fixed one. It takes no more when
/// it has reached its size, and says so once.
package final class LogFile: Sendable {
    private struct State {
        var descriptor: Int32 = -1
        var day: CivilDate?
        var byteCount = 0
        var isFull = false
    }

    private let fixedPath: String?
    private let folder: String
    private let maximumBytes: Int
    private let time: any TimeSource
    private let state = Mutex(State())

    /// - Parameters:
    ///   - path: A fixed file; nil for `openclaw-YYYY-MM-DD.log` in a folder that only this user can use.
    package init(path: String?, maximumBytes: Int, time: any TimeSource, environment: [String: String]) {
        fixedPath = path
        folder = Self.privateFolder(temporary: environment["TMPDIR"] ?? "/tmp")
        self.maximumBytes = maximumBytes
        self.time = time
    }

    deinit {
        let descriptor = state.withLock { $0.descriptor }
        if descriptor >= 0 { close(descriptor) }
    }

    /// Where lines go now.
    package var path: String { fixedPath ?? "\(folder)/openclaw-\(today).log" }

    /// The file to read from: that of now, or the newest one of earlier days while nothing was written today.
    package var newestPath: String {
        let current = path
        if fixedPath != nil || AtomicFile.exists(current) { return current }
        return datedFiles().max().map { "\(folder)/\($0)" } ?? current
    }

    private var today: CivilDate {
        let now = time.nowMilliseconds
        return CivilDate(milliseconds: now + Int64(LocalTime.offsetSeconds(at: now)) * 1000)
    }

    /// Appends one line. A log that cannot be written must not stop the Gateway: the line is then lost, and the console, which
    /// gets every notice too, still has it.
    package func append(_ line: [UInt8]) {
        state.withLock { state in
            openIfNeeded(&state)
            guard state.descriptor >= 0 else { return }
            var line = line
            if state.byteCount + line.count > maximumBytes {
                if state.isFull { return }
                state.isFull = true
                line = Array("{\"1\":\"log file size limit reached; no more lines are written today\"}\n".utf8)
            }
            state.byteCount += line.count
            // Losing a line is all that can happen, as said above.
            try? AtomicFile.writeAll(line, to: state.descriptor, path: path)
        }
    }

    private func openIfNeeded(_ state: inout State) {
        let today = today
        if state.descriptor >= 0, fixedPath != nil || state.day == today { return }
        if state.descriptor >= 0 { close(state.descriptor) }
        if fixedPath == nil { removeOldFiles(before: today) }
        state.descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        var information = stat()
        state.byteCount =
            state.descriptor >= 0 && fstat(state.descriptor, &information) == 0 ? Int(information.st_size) : 0
        state.day = today
        state.isFull = false
    }

    /// Deletes our own dated files of days before yesterday.
    private func removeOldFiles(before today: CivilDate) {
        let yesterday = CivilDate(milliseconds: today.startMilliseconds - 86_400_000)
        let kept = ["openclaw-\(today).log", "openclaw-\(yesterday).log"]
        for name in datedFiles() where !kept.contains(name) && name < kept[0] { unlink("\(folder)/\(name)") }
    }

    /// The names of our own files, `openclaw-YYYY-MM-DD.log`.
    private func datedFiles() -> [String] {
        guard let entries = opendir(folder) else { return [] }
        defer { closedir(entries) }
        var names: [String] = []
        while let entry = readdir(entries) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix("openclaw-20"), name.hasSuffix(".log"), name.utf8.count == 23 { names.append(name) }
        }
        return names
    }

    /// `<temporary>/openclaw`, or one with the user's number when that belongs to somebody else or is open to others.
    private static func privateFolder(temporary: String) -> String {
        let shared = "\(temporary)/openclaw"
        if isPrivate(shared) { return shared }
        let own = "\(temporary)/openclaw-\(getuid())"
        _ = isPrivate(own)
        return own
    }

    private static func isPrivate(_ path: String) -> Bool {
        if mkdir(path, 0o700) == 0 { return true }
        var information = stat()
        guard lstat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR, information.st_uid == getuid()
        else {
            return false
        }
        return information.st_mode & 0o022 == 0
    }
}
