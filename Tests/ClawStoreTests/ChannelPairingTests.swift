import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

@Suite struct ChannelPairingTests {
    private let irc = ChannelID("irc")
    private let folder: TemporaryDirectory
    private let time = ManualTimeSource()
    private let issues = IssueList()
    private let store: ChannelPairingStore

    init() throws {
        folder = try TemporaryDirectory("pairing")
        let issues = issues
        store = ChannelPairingStore(
            directory: StateDirectory(root: folder.path), time: time, entropy: SystemEntropy(),
            report: { issues.add($0) })
    }

    private func ask(_ sender: String, account: AccountID = .default) async throws -> PairingAnswer {
        try await store.request(channel: irc, account: account, sender: sender, meta: ["name": "Eve"])
    }

    private func code(_ sender: String, account: AccountID = .default) async throws -> String {
        guard case .created(let code) = try await ask(sender, account: account) else { return "" }
        return code
    }

    @Test func aCodeIsEightPlainCharactersAndStays() async throws {
        let code = try await code("eve")
        #expect(code.count == 8 && code.allSatisfy { "ABCDEFGHJKLMNPQRSTUVWXYZ23456789".contains($0) })
        time.advance(by: .seconds(60))
        #expect(try await ask("eve") == .repeated(code: code))
        let request = try #require(await store.pending(channel: irc).first)
        #expect(request.id == "eve" && request.code == code && request.account == .default)
        #expect(request.createdAt == time.nowMilliseconds - 60_000 && request.lastSeenAt == time.nowMilliseconds)
        #expect(request.meta["name"] == "Eve")
        let file = try JSONParser.parse(try #require(folder.read("credentials/irc-pairing.json")))
        #expect(file["version"] == 1)
        #expect(file["requests"]?.arrayValue?.first?["createdAt"] == "2026-03-01T08:00:00.000Z")
        #expect(try mode("\(folder.path)/credentials/irc-pairing.json") == 0o600)
    }

    @Test func threeWaitForEachAccount() async throws {
        for sender in ["a", "b", "c"] { #expect(try await !code(sender).isEmpty) }
        #expect(try await ask("d") == .full)
        #expect(try await !code("d", account: AccountID("work")).isEmpty)
        #expect(try await store.pending(channel: irc, account: .default).map(\.id) == ["a", "b", "c"])
        #expect(try await store.pending(channel: irc).count == 4)
    }

    @Test func aCodeLivesAnHour() async throws {
        let first = try await code("eve")
        time.advance(by: .seconds(3599))
        #expect(try await store.pending(channel: irc).count == 1)
        time.advance(by: .seconds(1))
        #expect(try await store.pending(channel: irc).isEmpty)
        #expect(try await store.approve(channel: irc, code: first) == nil)
        #expect(try await code("eve") != first)
    }

    @Test func anApprovedSenderMayWrite() async throws {
        let code = try await code("Eve!e@host")
        #expect(try await !store.isAllowed(channel: irc, account: .default, sender: "Eve!e@host"))
        #expect(try await store.approve(channel: irc, code: "WRONGONE") == nil)
        let request = try await store.approve(channel: irc, code: code.lowercased())
        #expect(request?.id == "Eve!e@host")
        #expect(try await store.isAllowed(channel: irc, account: .default, sender: "Eve!e@host"))
        #expect(try await !store.isAllowed(channel: irc, account: AccountID("work"), sender: "Eve!e@host"))
        #expect(try await store.pending(channel: irc).isEmpty)
        #expect(folder.read("credentials/irc-default-allowFrom.json")?.contains("Eve!e@host") == true)
        #expect(try await store.disallow(channel: irc, account: .default, id: "Eve!e@host"))
        #expect(try await !store.isAllowed(channel: irc, account: .default, sender: "Eve!e@host"))
    }

    @Test func anApprovalIsForTheAccountThatWasAsked() async throws {
        let code = try await code("eve", account: AccountID("work"))
        #expect(try await store.approve(channel: irc, code: code, account: .default) == nil)
        #expect(try await store.approve(channel: irc, code: code) != nil)
        #expect(try await store.allowedSenders(channel: irc, account: AccountID("work")) == ["eve"])
        #expect(try await store.allowedSenders(channel: irc, account: .default).isEmpty)
    }

    @Test func theOldFileCountsForTheDefaultAccountOnly() async throws {
        try folder.write(
            #"{"version":1,"allowFrom":["old","*",7],"note":"kept"}"#, to: "credentials/irc-allowFrom.json")
        #expect(try await store.allowedSenders(channel: irc, account: .default) == ["7", "old"])
        #expect(try await store.allowedSenders(channel: irc, account: AccountID("work")).isEmpty)
        #expect(try await !store.isAllowed(channel: irc, account: .default, sender: "*"))
        #expect(try await !store.allow(channel: irc, account: .default, id: "*"))
        #expect(try await store.disallow(channel: irc, account: .default, id: "old"))
        #expect(folder.read("credentials/irc-allowFrom.json")?.contains(#""note": "kept""#) == true)
        // Another program's change is seen.
        try folder.write(#"{"version":1,"allowFrom":["newer"]}"#, to: "credentials/irc-allowFrom.json")
        #expect(try await store.isAllowed(channel: irc, account: .default, sender: "newer"))
    }

    @Test func anUnreadableFileIsKeptAside() async throws {
        try folder.write("{oops", to: "credentials/irc-pairing.json")
        #expect(try await !code("eve").isEmpty)
        #expect(issues.kinds == [.movedAside])
        #expect(folder.read("credentials/irc-pairing.json.unreadable.2026-03-01T08-00-00.000Z") == "{oops")
    }

    @Test func namesCannotLeaveTheFolder() async throws {
        _ = try await store.allow(channel: ChannelID("../x"), account: AccountID("A/b:c"), id: "eve")
        #expect(folder.read("credentials/__x-a_b_c-allowFrom.json") != nil)
    }
}
