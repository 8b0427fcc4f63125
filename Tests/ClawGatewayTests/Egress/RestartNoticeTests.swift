import ClawConfig
import ClawCore
import ClawGateway
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

/// Who hears of a restart that was asked for.
struct RestartNoticeTests {
    private let bench: MethodBench
    private let events: SystemEventQueue
    private let channel = ScriptedChannel()
    private let main = SessionKey(canonical: "agent:main:main")

    init() throws {
        bench = try MethodBench()
        events = SystemEventQueue(time: bench.time)
    }

    private func notice() -> RestartNotice {
        let configuration = Configuration.parse([:]).configuration
        return RestartNotice(
            RestartNotice.Ports(
                directory: bench.state, journal: bench.journal,
                sessions: ClientSessions(store: bench.sessions, configuration: Live(configuration)),
                channels: ChannelRegistry(channels: [channel]), events: events, wakeOutbox: {}))
    }

    private func leave(_ more: JSONObject = ["sessionKey": "main"]) throws -> RestartNote {
        var payload: JSONObject = ["kind": "config-patch", "status": "ok", "ts": 7, "message": "Moved."]
        for (key, value) in more { payload[key] = value }
        let note = RestartNote(payload: payload)
        _ = try note.leave(in: bench.state)
        return note
    }

    private func speak(in target: String, _ more: JSONObject = [:]) async throws {
        let record = try await bench.sessions.open(main, agent: .main)
        var patch = SessionRoute(channel: channel.id, account: channel.account, target: target).patch
        for (key, value) in more { patch[key] = value }
        _ = try await bench.journal.commit(
            TurnCommit(session: main, sessionID: record.sessionID, sessionPatch: patch))
    }

    private func outbox() async throws -> [String] {
        try await bench.journal.unfinished(.delivery).map { row in
            let message = row.payload.flatMap { OutboundMessage(payload: $0) }
            return "\(row.session?.rawValue ?? "-") \(message?.peer.id ?? "-") \(message?.text ?? "-")"
        }
    }

    private let told = "The Gateway has restarted (config-patch, ok). Moved."

    @Test func theChatThatTheSessionIsInIsToldOnce() async throws {
        try await speak(in: "ann")
        let note = try leave()
        let first = notice()
        // Until the message is in the outbox the note stays.
        #expect(try RestartNote.read(from: bench.state) == note)
        await first.deliver()
        #expect(try await outbox() == ["agent:main:main ann \(told)"])
        #expect(try RestartNote.read(from: bench.state) == nil)
        // As after a crash between the two.
        _ = try note.leave(in: bench.state)
        await notice().deliver()
        #expect(try await outbox().count == 1)
        #expect(try RestartNote.read(from: bench.state) == nil)
        #expect(events.waiting(for: main).map(\.text) == [told])
        // The next restart is another one.
        _ = try leave(["sessionKey": "main", "ts": 8])
        await notice().deliver()
        #expect(try await outbox().count == 2)
    }

    @Test func theChatOfTheNoteGoesBeforeTheOneOfNow() async throws {
        try await speak(in: "ann")
        let context: JSONValue = ["channel": .string(channel.id.rawValue), "to": "bob"]
        _ = try leave(["sessionKey": "agent:main:main", "deliveryContext": context])
        await notice().deliver()
        #expect(try await outbox() == ["agent:main:main bob \(told)"])
    }

    /// The session is told all the same, and the note does not come back.
    @Test(arguments: ["no session", "no chat", "denied", "gone"]) func whoCannotBeToldIsNot(case name: String)
        async throws
    {
        if name != "no chat" { try await speak(in: "ann", name == "denied" ? ["sendPolicy": "deny"] : [:]) }
        switch name {
        case "no session": _ = try leave([:])
        case "gone": _ = try leave(["sessionKey": "main", "deliveryContext": ["channel": "pigeon", "to": "ann"]])
        default: _ = try leave()
        }
        await notice().deliver()
        #expect(try await outbox() == [])
        #expect(events.waiting(for: main).map(\.text) == [told])
        #expect(try RestartNote.read(from: bench.state) == nil)
    }

    @Test func aJournalThatTakesNothingKeepsTheNote() async throws {
        try await speak(in: "ann")
        let note = try leave()
        let notice = notice()
        await bench.journal.close()
        await notice.deliver()
        #expect(try RestartNote.read(from: bench.state) == note)
    }
}
