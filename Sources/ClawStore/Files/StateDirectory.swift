package import ClawCore
package import ClawSupport

/// Where everything of one installation lies. Paths only; nothing is read or created until `prepare`.
package struct StateDirectory: Sendable, Hashable {
    /// Absolute, without a slash at the end.
    package let root: String

    package init(root: String) {
        var root = root
        while root.count > 1, root.hasSuffix("/") { root.removeLast() }
        self.root = root
    }

    package var stateFolder: String { "\(root)/state" }
    package var journalPath: String { "\(stateFolder)/journal.sqlite" }
    package var instanceLockPath: String { "\(stateFolder)/gateway.lock" }
    package var agentsFolder: String { "\(root)/agents" }
    package var devicesDirectory: String { "\(root)/devices" }
    package var identityDirectory: String { "\(root)/identity" }
    package var credentialsDirectory: String { "\(root)/credentials" }
    /// What was deleted on request, until a person empties it.
    package var trashFolder: String { "\(root)/trash" }
    package var logsDirectory: String { "\(root)/logs" }
    package var restartNotePath: String { "\(root)/restart-sentinel.json" }

    /// Everything of an agent besides its workspace.
    package func agentFolder(_ agent: AgentID) -> String { "\(agentsFolder)/\(agent)" }

    package func agentDirectory(_ agent: AgentID) -> String { "\(agentsFolder)/\(agent)/agent" }

    package func sessionsDirectory(_ agent: AgentID) -> String { "\(agentsFolder)/\(agent)/sessions" }

    package func sessionIndexPath(_ agent: AgentID) -> String { "\(sessionsDirectory(agent))/sessions.json" }

    /// The transcript of a session id; nil when the id cannot be a file name.
    package func transcriptPath(_ agent: AgentID, _ sessionID: String) -> String? {
        SessionID.isValid(sessionID) ? "\(sessionsDirectory(agent))/\(sessionID).jsonl" : nil
    }

    /// The workspace of an agent whose configuration names none. The default agent's is `workspace`.
    package func workspace(for agent: AgentID, isDefault: Bool = false) -> String {
        isDefault ? "\(root)/workspace" : "\(root)/workspace-\(agent)"
    }

    /// Creates the directories that the store itself needs, with mode 0700 whatever the umask is. Existing ones stay as
    /// they are.
    package func prepare() throws(FileError) {
        for path in [root, stateFolder, agentsFolder, devicesDirectory, identityDirectory, credentialsDirectory] {
            try AtomicFile.makeDirectory(path)
        }
    }

    /// Takes the one lock of this state directory; it is held as long as the result lives.
    package func lock() throws -> InstanceLock { try InstanceLock(path: instanceLockPath) }
}

/// The rules for names that become file names.
package enum SessionID {
    /// `^[a-z0-9][a-z0-9._-]{0,127}$`, in either case.
    package static func isValid(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= 128, isAlphanumeric(first) else { return false }
        return bytes.allSatisfy { byte in
            isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
