package import ClawCore
package import ClawSupport

/// The folders that the Gateway makes for an agent, and the way out for them: they are moved, never erased. Blocks.
package struct AgentHome: Sendable {
    private let directory: StateDirectory
    private let agent: AgentID

    package init(_ agent: AgentID, in directory: StateDirectory) {
        self.agent = agent
        self.directory = directory
    }

    /// Notes which workspace was made for the agent. It lies in the agent's own folder, so that it says nothing when a
    /// workspace is copied to another machine.
    private var notePath: String { "\(directory.agentDirectory(agent))/workspace-created.json" }

    /// Makes the folders of the agent. A workspace that was not there before is noted as made by us.
    package func prepare(workspace: String) throws(FileError) {
        try AtomicFile.makeDirectory(directory.agentDirectory(agent))
        try AtomicFile.makeDirectory(directory.sessionsDirectory(agent))
        if AtomicFile.exists(workspace) { return }
        try AtomicFile.makeDirectory(workspace)
        try AtomicFile.write(Array(JSONValue.object(["workspace": .string(workspace)]).bytes), to: notePath)
    }

    /// Whether there is anything of the agent in the state directory.
    package var exists: Bool {
        AtomicFile.exists(directory.agentDirectory(agent)) || AtomicFile.exists(directory.sessionsDirectory(agent))
    }

    /// The workspace that was made for the agent: the one that the note names, else the folder in the state directory that has
    /// the agent's name.
    package var madeWorkspace: String { noted ?? directory.workspace(for: agent) }

    /// Whether the workspace was made for this agent: a note says so, or it is the folder in the state directory that has the
    /// agent's name.
    package func made(workspace: String) -> Bool { workspace == directory.workspace(for: agent) || workspace == noted }

    private var noted: String? {
        // A note that cannot be read proves nothing.
        guard let bytes = try? AtomicFile.read(notePath, limit: 1 << 16), let note = try? JSONParser.parse(bytes) else {
            return nil
        }
        return note["workspace"]?.stringValue
    }

    /// Moves the agent's folders into the trash of the state directory. A workspace on another file system stays beside its old
    /// place, under a new name.
    /// - Parameter workspace: nil for one that is to stay.
    /// - Returns: the paths where they are now, and what could not be moved.
    package func retire(workspace: String?, now: Int64) -> (moved: [String], faults: [FileError]) {
        let stamp = ISOTimestamp.fileStamp(milliseconds: now)
        let trash = FileNames.freeName("\(directory.trashFolder)/\(agent).\(stamp)")
        var moved: [String] = []
        var faults: [FileError] = []
        func move(_ source: String, _ targets: [String]) {
            guard AtomicFile.exists(source) else { return }
            do throws(FileError) {
                try AtomicFile.makeDirectory(trash)
                moved.append(try Self.move(source, toFirstOf: targets))
            } catch {
                faults.append(error)
            }
        }
        if let workspace {
            move(workspace, ["\(trash)/workspace", FileNames.freeName("\(workspace).deleted.\(stamp)")])
        }
        move(directory.sessionsDirectory(agent), ["\(trash)/sessions"])
        move(directory.agentDirectory(agent), ["\(trash)/agent"])
        FileNames.removeEmptyFolder("\(directory.agentsFolder)/\(agent)")
        return (moved, faults)
    }

    private static func move(_ source: String, toFirstOf targets: [String]) throws(FileError) -> String {
        var fault: FileError?
        for target in targets {
            do throws(FileError) {
                try FileNames.move(source, to: target)
                return target
            } catch {
                fault = error
            }
        }
        throw fault ?? FileError(operation: "move", path: source, code: 0)
    }
}
