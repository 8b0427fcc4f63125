import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import FoundationEssentials
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite struct StateDirectoryTests {
    @Test func pathsAreThoseOfTheLayout() throws {
        let directory = StateDirectory(root: "/s/")
        let ada = try #require(AgentID(normalizing: "ada"))
        #expect(directory.root == "/s" && directory.journalPath == "/s/state/journal.sqlite")
        #expect(directory.agentDirectory(ada) == "/s/agents/ada/agent")
        #expect(directory.sessionIndexPath(ada) == "/s/agents/ada/sessions/sessions.json")
        #expect(directory.transcriptPath(ada, "x-1") == "/s/agents/ada/sessions/x-1.jsonl")
        #expect(directory.transcriptPath(ada, "../x") == nil)
        #expect(directory.devicesDirectory == "/s/devices" && directory.identityDirectory == "/s/identity")
        #expect(directory.credentialsDirectory == "/s/credentials" && directory.logsDirectory == "/s/logs")
        #expect(directory.workspace(for: ada) == "/s/workspace-ada")
        #expect(directory.workspace(for: ada, isDefault: true) == "/s/workspace")
    }

    @Test func foldersArePrivate() throws {
        let folder = try TemporaryDirectory("state")
        let directory = StateDirectory(root: "\(folder.path)/new")
        try directory.prepare()
        try directory.prepare()
        for path in [directory.root, directory.stateFolder, directory.credentialsDirectory, directory.devicesDirectory]
        {
            #expect(try mode(path) == 0o700)
        }
    }

    @Test func oneInstanceHoldsTheLock() throws {
        let folder = try TemporaryDirectory("state")
        let directory = StateDirectory(root: folder.path)
        try directory.prepare()
        let lock = try directory.lock()
        let path = directory.instanceLockPath
        #expect(throws: InstanceLockError(path: path, owner: Int(getpid()))) { try directory.lock() }
        let text = InstanceLockError(path: path, owner: 12).description
        #expect(text == "The state directory is in use by process 12 (\(path)).")
        lock.release()
        _ = try directory.lock()
    }

    @Test func aJournalThatIsNoDatabaseIsRefusedAndLeftAlone() throws {
        let folder = try TemporaryDirectory("state")
        let directory = StateDirectory(root: folder.path)
        try directory.prepare()
        let junk = String(repeating: "not a database ", count: 100)
        try folder.write(junk, to: "state/journal.sqlite")
        #expect(throws: DatabaseError.self) {
            try Journal.open(path: directory.journalPath, time: ManualTimeSource(), entropy: SequentialEntropy())
        }
        #expect(folder.read("state/journal.sqlite") == junk)
    }
}
