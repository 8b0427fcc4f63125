import ClawConfig
import ClawCore
import ClawDaemon
import ClawStore
import ClawSupport
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What is wrong with the files of the state directory.
struct StateDoctor {
    /// Larger transcripts are not read.
    private static let largestTranscript = 64 << 20
    /// A lock of this age, in seconds, is nobody's.
    private static let lockAge: Int64 = 1800

    let file: ConfigFile
    let context: CommandContext
    let repairs: Bool
    let readsTranscripts: Bool

    private var root: String { file.location.stateDirectory }
    private var directory: StateDirectory { StateDirectory(root: root) }

    func examineFiles() -> [DoctorFinding] {
        var findings = missingDirectories() + permissions() + locks()
        if findings.isEmpty { findings.append(.ok("\(root) is complete, and closed to other users.")) }
        return findings
    }

    private func missingDirectories() -> [DoctorFinding] {
        let missing = [
            root, directory.stateFolder, directory.agentsFolder, directory.devicesDirectory,
            directory.identityDirectory, directory.credentialsDirectory,
        ].filter { !FileManager.default.fileExists(atPath: $0) }
        if missing.isEmpty { return [] }
        if !repairs {
            return [
                .warning("Missing: \(missing.joined(separator: ", ")).", fix: "The Gateway makes them when it starts.")
            ]
        }
        do throws(FileError) {
            try directory.prepare()
            return [.repaired("Made \(missing.joined(separator: ", ")).")]
        } catch {
            return [.problem(error.description, fix: "Check who owns the directory.")]
        }
    }

    private func permissions() -> [DoctorFinding] {
        if repairs {
            return AuditRepair.closeFiles(file).actions.map { action in
                let mode = String(action.mode, radix: 8)
                return action.problem.map { .problem("\(action.path): \($0)") }
                    ?? .repaired("chmod \(mode) \(action.path)")
            }
        }
        return AuditedFile.all(file.inspect(), in: file.location, includingTranscripts: true)
            .filter { $0.mode & ~$0.role.mode != 0 && $0.role != .log && !$0.isLink }
            .map { .problem("Others can use \($0.path).", fix: "--fix closes it.") }
    }

    /// Locks that other programs left: this one needs none of them.
    private func locks() -> [DoctorFinding] {
        stale().map { path in
            if !repairs { return .warning("\(path) is a lock that nobody holds.", fix: "--fix moves it aside.") }
            let stamp = ISOTimestamp.fileStamp(milliseconds: context.time.nowMilliseconds)
            let target = "\(path).stale.\(stamp)"
            if rename(path, target) != 0 {
                return .problem(FileError(operation: "move aside", path: path, code: errno).description)
            }
            return .repaired("Moved \(path) to \(target).")
        }
    }

    private func stale() -> [String] {
        var found: [String] = []
        for agent in names(directory.agentsFolder) {
            for folder in ["agent", "sessions"] {
                let path = "\(directory.agentsFolder)/\(agent)/\(folder)"
                found += names(path).filter { $0.hasSuffix(".lock") }.map { "\(path)/\($0)" }.filter(isStale)
            }
        }
        return found
    }

    private func isStale(_ path: String) -> Bool {
        var information = stat()
        guard stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { return false }
        #if canImport(Glibc)
            let changed = Int64(information.st_mtim.tv_sec)
        #else
            let changed = Int64(information.st_mtimespec.tv_sec)
        #endif
        // What does not name its owner is judged by its age.
        let bytes = try? AtomicFile.read(path, limit: 4096)
        let owner = bytes.flatMap { $0 }.flatMap { try? JSONParser.parse($0, mode: .lenient) }?["pid"]?.intValue
        if let owner, owner > 0, kill(pid_t(truncatingIfNeeded: owner), 0) != 0, errno == ESRCH { return true }
        return context.time.nowMilliseconds / 1000 - changed > Self.lockAge
    }

    func examineContent() async -> [DoctorFinding] {
        var findings = await journal()
        if readsTranscripts { findings += transcripts() }
        return findings
    }

    private func journal() async -> [DoctorFinding] {
        do {
            guard let journal = try JournalInspection(path: directory.journalPath) else {
                return [.ok("There is no journal yet.")]
            }
            let faults = try await journal.faults()
            if faults.isEmpty { return [.ok("The journal is whole.")] }
            return faults.map {
                .problem(
                    "The journal is damaged: \($0)",
                    fix: "Stop the Gateway, keep \(directory.journalPath) aside, and restore a backup.")
            }
        } catch {
            return [.problem("The journal cannot be read: \(error)", fix: "Keep it aside, and restore a backup.")]
        }
    }

    private func transcripts() -> [DoctorFinding] {
        var count = 0
        var findings: [DoctorFinding] = []
        for agent in names(directory.agentsFolder) {
            let folder = "\(directory.agentsFolder)/\(agent)/sessions"
            for name in names(folder) where name.hasSuffix(".jsonl") {
                count += 1
                if let finding = transcript("\(folder)/\(name)") { findings.append(finding) }
            }
        }
        return findings + [.ok("Read \(count) transcripts.")]
    }

    private func transcript(_ path: String) -> DoctorFinding? {
        do {
            let bytes = try AtomicFile.read(path, limit: Self.largestTranscript) ?? []
            let lines = bytes.split(separator: UInt8(ascii: "\n"))
            let wrong = lines.count { line in
                // Only their number counts.
                (try? JSONParser.parse(Array(line), mode: .lenient))?.objectValue == nil
            }
            if wrong == 0 { return nil }
            return .warning(
                "\(path): \(wrong) of \(lines.count) lines cannot be read.",
                fix: "They are skipped and kept; nothing has to be done.")
        } catch {
            return .problem("\(path): \(error)")
        }
    }

    /// The names in a directory, sorted; none when it cannot be read.
    private func names(_ path: String) -> [String] {
        // A directory that is not there holds nothing.
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }
}
