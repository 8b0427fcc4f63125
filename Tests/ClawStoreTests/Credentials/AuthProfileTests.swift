import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct AuthProfileTests {
    private static let text = """
        {"version": 1, "future": {"kept": true},
         "profiles": {
           "openai:work": {"type": "api_key", "provider": "openai", "key": "sk-work", "email": "a@b"},
           "openai:default": {"mode": "api_key", "provider": "OpenAI", "apiKey": "sk-default"},
           "anthropic:default": {"type": "token", "provider": "anthropic", "tokenRef": {"source": "env", "provider": "default", "id": "CLAUDE"}, "expires": 1000},
           "broken:default": {"type": "magic"}},
         "lastGood": {"openai": "openai:work"}}
        """

    private static func profiles(_ text: String = text) throws -> AuthProfiles {
        AuthProfiles(try #require(try JSONParser.parse(text).objectValue))
    }

    @Test func entriesAreReadAsOthersWroteThem() throws {
        let profiles = try Self.profiles().profiles
        #expect(profiles.map(\.id) == ["openai:work", "openai:default", "anthropic:default"])
        #expect(profiles.map(\.provider) == ["openai", "openai", "anthropic"])
        #expect(profiles.map { $0.secret?.reveal() } == ["sk-work", "sk-default", nil])
        #expect(profiles[2].variable == "CLAUDE")
        #expect(profiles.map { $0.isExpired(now: 1000) } == [false, false, true])
    }

    @Test func theOrderIsTheChosenOneElseTheLastGoodFirst() throws {
        var profiles = try Self.profiles()
        #expect(profiles.candidates(for: "OpenAI").map(\.id) == ["openai:work", "openai:default"])
        profiles.setOrder(of: "openai", to: ["openai:default", "openai:gone"])
        #expect(profiles.candidates(for: "openai").map(\.id) == ["openai:default"])
        profiles.setOrder(of: "openai", to: nil)
        #expect(profiles.order(of: "openai") == nil)
        let without = try Self.profiles(
            #"{"profiles": {"a:x": {"type": "api_key", "provider": "a", "key": "1"}, "a:default": {"type": "api_key", "provider": "a", "key": "2"}}}"#
        )
        #expect(without.candidates(for: "a").map(\.id) == ["a:default", "a:x"])
    }

    @Test func storingKeepsTheRestAndClosesTheFile() throws {
        let directory = try TemporaryDirectory("auth")
        try directory.write(Self.text, to: "agent/auth-profiles.json")
        let file = AuthProfileFile(agentDirectory: "\(directory.path)/agent")
        try file.change { $0.set("openai:new", provider: "openai", kind: .apiKey, secret: Redacted("sk-new")) }
        let stored = try file.read()
        #expect(stored.fields["future"] == ["kept": true])
        #expect(stored.fields["profiles"]?["broken:default"] == ["type": "magic"])
        #expect(stored.fields["profiles"]?["openai:new"] == ["type": "api_key", "provider": "openai", "key": "sk-new"])
        var information = stat()
        #expect(stat(file.path, &information) == 0 && information.st_mode & 0o777 == 0o600)
    }

    @Test func aFileThatCannotBeReadStays() throws {
        let directory = try TemporaryDirectory("auth")
        try directory.write("{ oh", to: "agent/auth-profiles.json")
        let file = AuthProfileFile(agentDirectory: "\(directory.path)/agent")
        #expect(throws: ClawError.self) {
            try file.change { $0.set("a:default", provider: "a", kind: .apiKey, secret: Redacted("k")) }
        }
        #expect(directory.read("agent/auth-profiles.json") == "{ oh")
    }

    @Test func anAgentsOwnKeysComeBeforeThoseOfTheDefaultAgent() throws {
        let own = try Self.profiles(
            #"{"profiles": {"openai:default": {"type": "api_key", "provider": "openai", "key": "own"}}}"#)
        let merged = own.over(try Self.profiles())
        #expect(merged.profiles.map { $0.secret?.reveal() } == ["sk-work", "own", nil])
    }
}
