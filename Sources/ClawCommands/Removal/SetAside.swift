import ClawConfig
import ClawCore
import ClawStore
import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files and folders that a command takes out of use. Nothing is ever deleted: each is moved, and can be moved back.
struct SetAside: Sendable, Hashable {
    struct Item: Sendable, Hashable {
        /// Absolute.
        var path: String
        /// Absolute; nothing is there yet.
        var target: String
    }

    /// Where what lay in the state directory goes.
    let folder: String
    private var found: [Item] = []
    /// What was asked for and stays where it is, with the reason.
    private(set) var left: [String] = []

    private let location: ConfigLocation
    /// The state directory without links on the way.
    private let root: String

    /// - Parameter label: What the folder's name says of it: `reset` or `removed`.
    init(_ location: ConfigLocation, label: String, now: Int64) {
        self.location = location
        root = FilePath.real(location.stateDirectory) ?? location.stateDirectory
        // Beside the state directory, so that moving is one rename on the same disk.
        folder = Self.free("\(root).\(label)-\(ISOTimestamp.fileStamp(milliseconds: now))")
    }

    /// The configuration, and the copy that would stand in for it.
    mutating func addConfiguration() {
        add("openclaw.json.last-good")
        addConfigurationFile()
    }

    /// What lets this installation speak to model vendors and channels.
    mutating func addCredentials() throws {
        add("credentials")
        for agent in try FolderListing.names("\(root)/agents") {
            for name in ["auth-profiles.json", "auth.json"] { add("agents/\(agent)/agent/\(name)") }
        }
    }

    /// Sessions with their transcripts, and the journal that knows them.
    mutating func addSessions() throws {
        add("state")
        for agent in try FolderListing.names("\(root)/agents") { add("agents/\(agent)/sessions") }
    }

    /// Everything in the state directory except for `workspaces`, wherever in it they lie, and the configuration where it lies
    /// elsewhere.
    mutating func addState(keeping workspaces: [String]) throws {
        try addContent(of: root, keeping: workspaces.map { FilePath.real($0) ?? $0 })
        addConfigurationFile()
    }

    private mutating func addContent(of folder: String, keeping kept: [String]) throws {
        for name in try FolderListing.names(folder) where !kept.contains("\(folder)/\(name)") {
            let path = "\(folder)/\(name)"
            if kept.contains(where: { FilePath.isInside($0, path) }) {
                try addContent(of: path, keeping: kept)
            } else {
                add(String(path.dropFirst(root.count + 1)))
            }
        }
    }

    /// Workspaces: those in the state directory go with it, others are renamed where they are.
    mutating func addWorkspaces(_ workspaces: [String]) {
        for workspace in workspaces {
            let path = FilePath.real(workspace) ?? workspace
            if path.hasPrefix(root + "/") {
                add(String(path.dropFirst(root.count + 1)))
            } else if Self.isShared(path, home: location.homeDirectory, root: root) {
                left.append("\(path) is not only a workspace.")
            } else if AtomicFile.exists(path) {
                found.append(Item(path: path, target: Self.free(path + ending)))
            }
        }
    }

    /// A home directory or what lies above the state directory holds more than the agent's work.
    private static func isShared(_ path: String, home: String, root: String) -> Bool {
        let own = path.hasSuffix("/") ? path : path + "/"
        return "\(FilePath.real(home) ?? home)/".hasPrefix(own) || "\(root)/".hasPrefix(own)
    }

    private mutating func add(_ name: String) {
        let path = "\(root)/\(name)"
        if AtomicFile.exists(path) { found.append(Item(path: path, target: "\(folder)/\(name)")) }
    }

    private mutating func addConfigurationFile() {
        let path = location.configPath
        if FilePath.parent(path) == location.stateDirectory || FilePath.parent(path) == root {
            add(String(path.dropFirst(FilePath.parent(path).count + 1)))
        } else if AtomicFile.exists(path) {
            // It may lie on another disk: it keeps its place under another name.
            found.append(Item(path: path, target: Self.free(path + ending)))
        }
    }

    /// What is moved, in this order: each thing once, nothing that goes with a folder around it, and what holds the lock of the
    /// state directory last, so that no Gateway starts on a fresh one in between.
    var items: [Item] {
        var seen: Set<String> = []
        let own = found.filter { item in
            seen.insert(item.path).inserted
                && !found.contains { $0.path != item.path && FilePath.isInside(item.path, $0.path) }
        }
        let lock = StateDirectory(root: root).instanceLockPath
        return own.filter { !FilePath.isInside(lock, $0.path) } + own.filter { FilePath.isInside(lock, $0.path) }
    }

    /// What the names of things that stay where they are get: `.reset-<time>`.
    private var ending: Substring { folder.dropFirst(root.count) }

    /// Throws `ClawError` when something cannot be moved; what was moved before stays moved.
    private func move() throws {
        for item in items {
            try AtomicFile.makeDirectory(FilePath.parent(item.target))
            if rename(item.path, item.target) == 0 { continue }
            let reason = String(cString: strerror(errno))
            throw ClawError(
                .storage, "\(item.path) cannot be moved to \(item.target): \(reason).",
                hint: "What was moved before lies in \(folder).")
        }
    }

    /// Makes a plan under the lock of the state directory, so that nothing changes between the two, and moves what it names.
    /// Throws `ClawError` `conflict` while a Gateway runs.
    static func carryOut(_ location: ConfigLocation, _ plan: () throws -> SetAside) throws -> SetAside {
        let lock = try lock(location)
        let plan = try plan()
        try plan.move()
        withExtendedLifetime(lock) {}
        return plan
    }

    /// Nil when no Gateway ever ran.
    private static func lock(_ location: ConfigLocation) throws -> InstanceLock? {
        let directory = StateDirectory(root: location.stateDirectory)
        guard AtomicFile.exists(directory.instanceLockPath) else { return nil }
        do {
            return try directory.lock()
        } catch let error as InstanceLockError {
            throw ClawError(
                .conflict, "\(error)",
                hint: "Stop the Gateway first: `openclaw gateway stop`, or Ctrl-C where it runs.", cause: error)
        }
    }

    var json: JSONValue {
        .array(items.map { ["from": .string($0.path), "to": .string($0.target)] })
    }

    /// One line for each, and what stays.
    func write(isDone: Bool, to terminal: Terminal) {
        for item in items {
            terminal.line(TerminalText.clean("\(isDone ? "Moved" : "Would move") \(item.path)", isOneLine: true))
            terminal.line(TerminalText.clean("  to \(item.target)", isOneLine: true))
        }
        for reason in left { terminal.note(TerminalText.clean("Left alone: \(reason)", isOneLine: true)) }
    }

    private static func free(_ path: String) -> String {
        var candidate = path
        var number = 2
        while AtomicFile.exists(candidate) {
            candidate = "\(path)-\(number)"
            number += 1
        }
        return candidate
    }
}
