import ClawChannelKit
import ClawCore
import ClawSupport
import Testing

struct ChannelSettingsTests {
    @Test func everythingIsRead() throws {
        let section = try #require(
            JSONParser.parse(
                """
                {"name":"main","enabled":true,"dmPolicy":"allowlist","allowFrom":["account:a",42],"groupPolicy":"open",
                 "groupAllowFrom":["account:b"],"dangerouslyAllowNameMatching":true,"mentionPatterns":["x"],
                 "groups":{"#R":{"requireMention":false,"allowFrom":["c"],"enabled":true,"systemPrompt":"p","skills":[],
                 "tools":{"deny":["exec"]},"toolsBySender":{"*":{}}}},
                 "historyLimit":7,"dmHistoryLimit":3,"textChunkLimit":900,"chunkMode":"newline","blockStreaming":true,
                 "responsePrefix":"> ","markdown":{"tables":"bullets"},"host":"ignored"}
                """
            ).objectValue)
        var group = GroupSettings()
        group.requireMention = false
        group.allowFrom = ["c"]
        group.enabled = true
        group.systemPrompt = "p"
        group.skills = []
        group.tools = ["deny": ["exec"]]
        group.toolsBySender = ["*": [:]]
        var expected = ChannelSettings()
        expected.name = "main"
        expected.dmPolicy = .allowlist
        expected.allowFrom = ["account:a", "42"]
        expected.groupPolicy = .open
        expected.groupAllowFrom = ["account:b"]
        expected.groups = ["#r": group]
        expected.dangerouslyAllowNameMatching = true
        expected.mentionPatterns = ["x"]
        expected.historyLimit = 7
        expected.dmHistoryLimit = 3
        expected.textChunkLimit = 900
        expected.splitsParagraphs = true
        expected.tables = .bullets
        expected.blockStreaming = true
        expected.responsePrefix = "> "
        let (settings, issues) = ChannelSettings.decode(section, path: "channels.irc")
        #expect(issues == [])
        #expect(settings == expected)
    }

    @Test func wrongValuesCloseDoorsAndAreNamed() {
        let (settings, issues) = ChannelSettings.decode(
            [
                "enabled": "yes", "dmPolicy": "everyone", "groupPolicy": 1, "allowFrom": "me", "groups": ["#r": true],
                "historyLimit": -1, "markdown": ["tables": "html"],
            ], path: "channels.irc", defaultGroupPolicy: .open)
        #expect(!settings.enabled)
        #expect(settings.dmPolicy == .disabled)
        #expect(settings.groupPolicy == .disabled)
        #expect(settings.allowFrom == [])
        #expect(settings.group("#r")?.enabled == false)
        #expect(
            issues.map(\.description) == [
                "channels.irc.enabled: must be true or false, not string. Allowed: true, false.",
                "channels.irc.dmPolicy: cannot be “everyone”. Allowed: pairing, allowlist, open, disabled.",
                "channels.irc.groupPolicy: cannot be number. Allowed: open, disabled, allowlist.",
                "channels.irc.allowFrom: must be a list, not string.",
                "channels.irc.groups.#r: must be an object, not boolean.",
                "channels.irc.historyLimit: must be a whole number from 0 to 1000.",
                "channels.irc.markdown.tables: cannot be “html”. Allowed: off, bullets, code.",
            ])
    }

    @Test func anOpenDoorMustBeStatedTwice() {
        let (settings, issues) = ChannelSettings.decode(["dmPolicy": "open"], path: "channels.irc")
        #expect(settings.dmPolicy == .allowlist)
        #expect(
            issues == [
                SettingIssue(
                    path: "channels.irc.allowFrom", message: "must contain \"*\" when dmPolicy is open", allowed: ["*"])
            ])
    }

    @Test func aMissingSectionIsAnAllowlist() {
        let missing = ChannelSettings.decode(nil, path: "channels.irc", defaultGroupPolicy: .open).settings
        #expect(missing.groupPolicy == .allowlist)
        let empty = ChannelSettings.decode([:], path: "channels.irc", defaultGroupPolicy: .open).settings
        #expect(empty.groupPolicy == .open)
    }

    @Test func accountsAreLaidOverTheTopLevel() {
        let section: JSONObject = [
            "nick": "top", "allowFrom": ["a"],
            "accounts": ["Work": ["nick": "work"], "default": ["allowFrom": ["b"]]], "defaultAccount": "work",
        ]
        #expect(ChannelAccounts.ids(in: section) == [AccountID("default"), AccountID("work")])
        #expect(ChannelAccounts.ids(in: [:]) == [.default])
        #expect(ChannelAccounts.merged(section, account: AccountID("work")) == ["nick": "work", "allowFrom": ["a"]])
        #expect(ChannelAccounts.merged(section, account: .default) == ["nick": "top", "allowFrom": ["b"]])
        #expect(ChannelAccounts.outbound(in: section) == AccountID("work"))
        #expect(ChannelAccounts.outbound(in: ["accounts": ["b": [:], "a": [:]]]) == AccountID("a"))
        #expect(ChannelAccounts.outbound(in: ["accounts": ["b": [:], "default": [:]]]) == .default)
    }
}
