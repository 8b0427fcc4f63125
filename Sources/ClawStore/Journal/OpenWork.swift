/// How many rows of one kind have no outcome.
package struct OpenWork: Sendable, Hashable {
    package var kind: WorkKind
    /// Taken by this process.
    package var claimed: Int
    /// For deliveries, and for what no process has begun since it started.
    package var waiting: Int

    package init(kind: WorkKind, claimed: Int = 0, waiting: Int = 0) {
        self.kind = kind
        self.claimed = claimed
        self.waiting = waiting
    }
}

extension Journal {
    /// The open rows, one entry for each kind there is.
    package func openWork() async throws -> [OpenWork] {
        let epoch = epoch
        let counts = try await reader.read { database in
            try database.rows(
                """
                SELECT kind, COUNT(*), SUM(claimed_epoch = ?) FROM work INDEXED BY work_open WHERE outcome IS NULL GROUP BY kind
                """, [.integer(epoch)]
            ) { (kind: $0.text(0), all: Int($0.integer(1)), claimed: Int($0.integer(2))) }
        }
        return WorkKind.allCases.map { kind in
            let count = counts.first { $0.kind == kind.rawValue }
            let claimed = count?.claimed ?? 0
            return OpenWork(kind: kind, claimed: claimed, waiting: (count?.all ?? 0) - claimed)
        }
    }
}
