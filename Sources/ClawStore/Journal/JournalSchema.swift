/// The tables of the journal. An item's id is `w` and its row number, so that ids need no index of their own.
enum JournalSchema {
    static let migrations = [
        Migration(
            name: "0001 work, tool calls, sessions, transcripts",
            script: """
                CREATE TABLE owner (only INTEGER PRIMARY KEY CHECK (only = 1), epoch INTEGER NOT NULL);
                INSERT INTO owner (only, epoch) VALUES (1, 0);

                CREATE TABLE work (
                    number INTEGER PRIMARY KEY,
                    kind TEXT NOT NULL,
                    dedupe_key TEXT,
                    payload TEXT,
                    session TEXT,
                    run TEXT,
                    sender TEXT,
                    parent INTEGER,
                    attempts INTEGER NOT NULL DEFAULT 0,
                    attempted_at INTEGER,
                    claimed_epoch INTEGER NOT NULL DEFAULT 0,
                    settling INTEGER NOT NULL DEFAULT 0,
                    created_at INTEGER NOT NULL,
                    outcome TEXT,
                    detail TEXT,
                    told INTEGER NOT NULL DEFAULT 0,
                    outcome_at INTEGER
                );
                CREATE UNIQUE INDEX work_dedupe ON work (dedupe_key) WHERE dedupe_key IS NOT NULL;
                CREATE INDEX work_open ON work (kind, number) WHERE outcome IS NULL;
                CREATE INDEX work_run ON work (run) WHERE run IS NOT NULL;
                CREATE INDEX work_parent ON work (parent) WHERE parent IS NOT NULL;
                CREATE INDEX work_content ON work (session, outcome_at) WHERE payload IS NOT NULL;
                CREATE INDEX work_refused ON work (sender, number) WHERE outcome = 'refused';

                CREATE TABLE refusal_count (
                    sender TEXT PRIMARY KEY, dropped INTEGER NOT NULL, last_at INTEGER NOT NULL
                ) WITHOUT ROWID;

                CREATE TABLE tool_call (
                    run TEXT NOT NULL,
                    call_id TEXT NOT NULL,
                    position INTEGER NOT NULL,
                    session TEXT NOT NULL,
                    name TEXT NOT NULL,
                    arguments TEXT NOT NULL,
                    started_at INTEGER NOT NULL,
                    finished_at INTEGER,
                    result TEXT,
                    is_error INTEGER NOT NULL DEFAULT 0,
                    PRIMARY KEY (run, call_id)
                ) WITHOUT ROWID;

                CREATE TABLE session (
                    number INTEGER PRIMARY KEY,
                    key TEXT NOT NULL UNIQUE,
                    agent TEXT NOT NULL,
                    session_id TEXT NOT NULL,
                    updated_at INTEGER NOT NULL,
                    version INTEGER NOT NULL,
                    entry TEXT NOT NULL
                );
                CREATE INDEX session_agent ON session (agent, key);

                CREATE TABLE projection (
                    agent TEXT PRIMARY KEY,
                    version INTEGER NOT NULL,
                    inode INTEGER NOT NULL,
                    size INTEGER NOT NULL,
                    modified INTEGER NOT NULL
                ) WITHOUT ROWID;

                CREATE TABLE transcript_line (
                    number INTEGER PRIMARY KEY,
                    file TEXT NOT NULL,
                    entry_id TEXT NOT NULL,
                    line BLOB NOT NULL
                );

                CREATE TABLE file_move (
                    number INTEGER PRIMARY KEY, source TEXT NOT NULL, target TEXT NOT NULL
                );
                """)
    ]
}
