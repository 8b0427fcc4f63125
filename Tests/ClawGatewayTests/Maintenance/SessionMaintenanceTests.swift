import ClawConfig
import ClawCore
import ClawGateway
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

/// `session.maintenance` without anybody asking, on a clock that the test moves.
struct SessionMaintenanceTests {
    private static let day = Duration.seconds(86_400)

    private struct World {
        let bench: MethodBench
        let busy = Live<Set<String>>([])
        let maintenance: SessionMaintenance

        init(_ settings: String) throws {
            let bench = try MethodBench { directory in
                try directory.write("{ session: { maintenance: \(settings) } }", to: "openclaw.json")
            }
            self.bench = bench
            let file = try ConfigFile.locate(
                environment: [
                    "HOME": bench.directory.path, "OPENCLAW_STATE_DIR": bench.directory.path,
                    "OPENCLAW_CONFIG_PATH": "\(bench.directory.path)/openclaw.json",
                ], workingDirectory: bench.directory.path)
            let busy = busy
            maintenance = SessionMaintenance(
                ports: SessionMaintenance.Ports(
                    sessions: bench.sessions, directory: bench.state,
                    configuration: Live(file.inspect().configuration),
                    isBusy: { busy.value.contains($0.rawValue) }, time: bench.time))
        }

        /// A session that was used now, with so many bytes said.
        func use(_ name: String, bytes: Int = 10) async throws {
            let key = SessionKey(agent: .main, rest: name)
            let record = try await bench.sessions.open(key, agent: .main)
            let text = String(repeating: "x", count: bytes)
            let message = UserMessage(content: [.text(text)], timestamp: bench.time.nowMilliseconds)
            _ = try await bench.sessions.append(
                [TranscriptEntry(.user(message), entropy: SequentialEntropy())], to: record)
            _ = try await bench.sessions.patch(key) { _ in }
            try await bench.sessions.flush()
        }

        func keys() async throws -> [String] {
            try await bench.sessions.list(agent: .main).map { String($0.key.rest) }.sorted()
        }

        var files: [String] {
            get throws { try FolderListing.names(bench.state.sessionsDirectory(.main)) }
        }
    }

    @Test func whatWasNotUsedForLongGoesAndIsKeptAside() async throws {
        let world = try World("{ mode: 'enforce', pruneAfter: '30d' }")
        for name in ["main", "old", "busy"] { try await world.use(name) }
        world.busy.replace(with: ["agent:main:busy"])
        world.bench.time.advance(by: Self.day * 31)
        try await world.use("new")
        let round = try await world.maintenance.round()
        #expect(round == SessionMaintenance.Round(isDone: true, sessions: ["agent:main:old"]))
        #expect(try await world.keys() == ["busy", "main", "new"])
        try await world.bench.sessions.flush()
        #expect(try world.files.count { $0.hasSuffix(".jsonl.deleted.2026-04-01T08-00-00.000Z") } == 1)
        // Nothing is left to do, and the archive stays as long as the sessions may.
        #expect(try await world.maintenance.round() == SessionMaintenance.Round(isDone: true))
        world.bench.time.advance(by: Self.day * 30)
        try await world.use("new")
        #expect(try await world.maintenance.round().archives == [])
        world.bench.time.advance(by: .seconds(1))
        let later = try await world.maintenance.round()
        #expect(later.archives.count == 1 && later.sessions == [])
        #expect(try !world.files.contains { $0.contains(".deleted.") })
    }

    @Test func inModeWarnNothingChanges() async throws {
        let world = try World("{ pruneAfter: '1d', maxDiskBytes: 1 }")
        try await world.use("old")
        world.bench.time.advance(by: Self.day * 2)
        let before = try world.files
        let round = try await world.maintenance.round()
        // It goes for its age, and is not counted again for its size.
        #expect(!round.isDone && round.sessions == ["agent:main:old"])
        #expect(try await world.keys() == ["old"])
        #expect(try world.files == before)
    }

    @Test func theOldestGoWhenThereAreTooMany() async throws {
        let world = try World("{ mode: 'enforce', maxEntries: 2, resetArchiveRetention: false }")
        for name in ["a", "b", "main", "c"] {
            try await world.use(name)
            world.bench.time.advance(by: .seconds(1))
        }
        #expect(try await world.maintenance.round().sessions == ["agent:main:a", "agent:main:b"])
        #expect(try await world.keys() == ["c", "main"])
        world.bench.time.advance(by: Self.day * 29)
        // `false` keeps what was put aside.
        #expect(try await world.maintenance.round().archives == [])
    }

    @Test func whatTakesTooMuchSpaceIsCutFromItsOldEnd() async throws {
        let world = try World("{ mode: 'enforce', maxDiskBytes: '100kb', highWaterBytes: '50kb' }")
        for name in ["a", "b", "c", "main"] {
            try await world.use(name, bytes: 30_000)
            world.bench.time.advance(by: .seconds(1))
        }
        _ = try await world.bench.sessions.reset(SessionKey(agent: .main, rest: "c"), reason: .reset)
        try await world.bench.sessions.flush()
        // 120 kB: first what the reset put aside, then the sessions that were used longest ago.
        let round = try await world.maintenance.round()
        #expect(round.sessions == ["agent:main:a", "agent:main:b"])
        #expect(round.archives.count == 3 && round.archives.contains { $0.contains(".reset.") })
        #expect(try await world.keys() == ["c", "main"])
        let left = try TranscriptArchives(folder: world.bench.state.sessionsDirectory(.main))
        #expect(left.archives == [] && left.totalSize < 51_200)
    }

    /// What somebody else put into the folder costs no session: none that went would make it smaller.
    @Test func filesOfOthersCostNoSession() async throws {
        let world = try World("{ mode: 'enforce', maxDiskBytes: '100kb' }")
        for name in ["a", "b", "main"] { try await world.use(name, bytes: 1000) }
        let folder = "agents/main/sessions"
        try world.bench.directory.write(String(repeating: "x", count: 200_000), to: "\(folder)/copy.tar")
        try world.bench.directory.write("old", to: "\(folder)/x.jsonl.deleted.2026-02-28T00-00-00.000Z")
        #expect(try await world.maintenance.round() == SessionMaintenance.Round(isDone: true))
        #expect(try await world.keys() == ["a", "b", "main"])
    }

    /// Nor is one without a transcript taken out of use to save space.
    @Test func onlyWhatTakesSpaceGoesForIt() async throws {
        let world = try World("{ mode: 'enforce', maxDiskBytes: '50kb', highWaterBytes: '40kb' }")
        _ = try await world.bench.sessions.open(SessionKey(agent: .main, rest: "empty"), agent: .main)
        world.bench.time.advance(by: .seconds(1))
        for name in ["a", "b", "c"] {
            try await world.use(name, bytes: 30_000)
            world.bench.time.advance(by: .seconds(1))
        }
        #expect(try await world.maintenance.round().sessions == ["agent:main:a", "agent:main:b"])
        #expect(try await world.keys() == ["c", "empty"])
    }

    /// Files that this program did not name are nobody's to delete here.
    @Test func whatCannotBeReadStays() async throws {
        let world = try World("{ mode: 'enforce', pruneAfter: '1d', maxDiskBytes: 1 }")
        let folder = "agents/main/sessions"
        let foreign = [
            "x.jsonl.deleted.yesterday", "x.jsonl.deleted.", ".jsonl.deleted.2020-01-01T00-00-00.000Z", "notes.txt",
            "orphan.jsonl", "x.jsonl.bak.2020-01-01T00-00-00.000Z", "x.jsonl.deleted.2020-13-01T00-00-00.000Z",
        ]
        for name in foreign { try world.bench.directory.write("mine", to: "\(folder)/\(name)") }
        try world.bench.directory.write("old", to: "\(folder)/x.jsonl.deleted.2020-01-01T00-00-00.000Z")
        let round = try await world.maintenance.round()
        #expect(round.archives == ["x.jsonl.deleted.2020-01-01T00-00-00.000Z"] && round.sessions == [])
        #expect(try Set(foreign).isSubset(of: world.files))
    }

    @Test(arguments: [
        ("{ mode: 'enforce', pruneAfter: 'soon' }", "session.maintenance.pruneAfter \"soon\" is no duration."),
        ("{ mode: 'enforce', maxDiskBytes: '1 pile' }", "session.maintenance.maxDiskBytes \"1 pile\" is no size."),
        (
            "{ mode: 'enforce', resetArchiveRetention: 'x' }",
            "session.maintenance.resetArchiveRetention \"x\" is no duration."
        ),
    ])
    func aValueThatIsNoneRemovesNothing(_ settings: String, _ message: String) async throws {
        let world = try World(settings)
        try await world.use("old")
        world.bench.time.advance(by: Self.day * 400)
        let error = await #expect(throws: ClawError.self) { try await world.maintenance.round() }
        #expect(error?.message == message)
        #expect(try await world.keys() == ["old"])
    }

    @Test func itRunsByItself() async throws {
        let world = try World("{ mode: 'enforce', pruneAfter: '1h' }")
        try await world.use("old")
        let seen = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await world.maintenance.run() }
            await world.bench.time.waitForSleepers(1)
            var seen = [try await world.keys()]
            for wait in [SessionMaintenance.firstAfter, SessionMaintenance.interval] {
                world.bench.time.advance(by: wait)
                await world.bench.time.waitForSleepers(1)
                seen.append(try await world.keys())
            }
            group.cancelAll()
            return seen
        }
        #expect(seen == [["old"], ["old"], []])
    }

    @Test(
        arguments: [
            ("0", 0), ("500", 500), ("10mb", 10 << 20), ("512 kB", 512 << 10), ("2GB", 2 << 30), ("1tb", 1 << 40),
            ("", nil),
            ("mb", nil), ("-1", nil), ("1.5mb", nil), ("1pb", nil), ("99999999999999999999", nil), ("9999999tb", nil),
        ] as [(String, Int64?)])
    func sizesAreRead(_ text: String, _ expected: Int64?) { #expect(ByteSizeText.bytes(text) == expected) }
}
