import ClawCore
import ClawSupport

/// What a request may touch while its group's transaction is open. Belongs to the writer.
final class WriteContext {
    let database: Database
    let directory: StateDirectory
    let appender: TranscriptAppender
    /// This process's number among the owners of the journal.
    let epoch: Int64
    /// The group's time, in milliseconds since 1970.
    var now: Int64 = 0
    var refusalsSinceTrim = 0
    private var sessionVersion: Int64
    let backlog: StoreBacklog

    init(
        database: Database, directory: StateDirectory, appender: TranscriptAppender, epoch: Int64,
        sessionVersion: Int64,
        backlog: StoreBacklog
    ) {
        self.database = database
        self.directory = directory
        self.appender = appender
        self.epoch = epoch
        self.sessionVersion = sessionVersion
        self.backlog = backlog
    }

    /// A number above every one given before, which orders changes of sessions. Gaps do not matter.
    func nextSessionVersion(of agent: AgentID) -> Int64 {
        sessionVersion += 1
        backlog.markIndexChanged(agent)
        return sessionVersion
    }
}
