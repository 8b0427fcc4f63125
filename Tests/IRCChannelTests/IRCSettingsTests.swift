import ClawChannelKit
import ClawCore
import ClawSupport
import ClawTestKit
import Logging
import Testing

@testable import IRCChannel

struct IRCSettingsTests {
    private func decode(
        _ section: JSONObject, environment: [String: String] = [:], account: AccountID = .default
    ) throws -> IRCSettings {
        try IRCSettings.decode(section, account: account, environment: environment)
    }

    @Test func aHostIsEnough() throws {
        var expected = IRCSettings(host: "irc.example.org", port: 6697, tls: IRCTLS())
        expected.flood = IRCFloodLimit(burst: 4, interval: .seconds(2), queueLimit: 500)
        #expect(try decode(["host": "irc.example.org"]) == expected)
        #expect(try decode(["host": "h", "tls": false]).port == 6667)
        #expect(try decode(["host": "h", "tls": false]).tls == nil)
    }

    @Test func everySettingIsRead() throws {
        let directory = try TemporaryDirectory()
        try directory.write("file-secret\nmore\n", to: "pw")
        let settings = try decode([
            "host": "h", "port": 7000, "nick": "bot", "username": "ident", "realname": "A Bot",
            "passwordFile": .string("\(directory.path)/pw"), "channels": ["#a", "#b key"],
            "tlsCaFile": "/ca.pem", "tlsFingerprint": .string(String(repeating: "AB:", count: 31) + "AB"),
            "nickserv": ["service": "NickServ@services", "password": "np", "register": true, "registerEmail": "a@b.c"],
            "flood": ["burst": 2, "intervalMs": 500, "queueLimit": 9],
        ])
        var expected = IRCSettings(
            host: "h", port: 7000,
            tls: IRCTLS(caFile: "/ca.pem", fingerprint: String(repeating: "ab", count: 32)))
        expected.nick = "bot"
        expected.username = "ident"
        expected.realname = "A Bot"
        expected.password = IRCSecret("file-secret")
        expected.rooms = [IRCRoom(name: "#a", key: nil), IRCRoom(name: "#b", key: "key")]
        expected.nickServ = IRCNickServ(
            service: "NickServ@services", password: IRCSecret("np"), registerEmail: "a@b.c")
        expected.sasl = IRCSASL(mechanism: .plain, username: "bot", password: IRCSecret("np"), isExplicit: false)
        expected.flood = IRCFloodLimit(burst: 2, interval: .milliseconds(500), queueLimit: 9)
        #expect(settings == expected)
        #expect("\(settings)".contains("file-secret") == false)
    }

    @Test func theEnvironmentServesTheDefaultAccountOnly() throws {
        let environment = [
            "IRC_HOST": "env.example.org", "IRC_PORT": "6668", "IRC_TLS": "false", "IRC_NICK": "envbot",
            "IRC_CHANNELS": "#a,#b", "IRC_PASSWORD": "p", "IRC_NICKSERV_PASSWORD": "np",
        ]
        let settings = try decode([:], environment: environment)
        #expect(settings.host == "env.example.org")
        #expect(settings.port == 6668)
        #expect(settings.tls == nil)
        #expect(settings.nick == "envbot")
        #expect(settings.rooms.map(\.name) == ["#a", "#b"])
        #expect(settings.password == IRCSecret("p"))
        #expect(settings.sasl?.isExplicit == false)
        #expect(try decode(["host": "h"], environment: environment).host == "h")
        let error = #expect(throws: ClawError.self) {
            try decode([:], environment: environment, account: AccountID("work"))
        }
        #expect(error?.message == "IRC has no server to connect to: channels.irc.accounts.work.host is missing.")
        #expect(IRCChannel.isConfigured(section: [:], account: .default, environment: environment))
        #expect(!IRCChannel.isConfigured(section: [:], account: AccountID("work"), environment: environment))
        #expect(
            !IRCChannel.isConfigured(section: ["host": "h", "enabled": false], account: .default, environment: [:]))
    }

    @Test func wrongSettingsAreNamed() {
        let cases: [(JSONObject, String)] = [
            (["host": "h", "port": 70000], "channels.irc.port: must be a whole number from 1 to 65535."),
            (
                ["host": "h", "tls": "yes"],
                "channels.irc.tls: must be true or false, not string. Allowed: true, false."
            ),
            (["host": "h", "nick": "a b"], "channels.irc.nick: is no name that IRC allows."),
            (["host": "h", "nick": "a\r\nQUIT"], "channels.irc.nick: holds a control character."),
            (
                ["host": "h", "channels": ["room"]],
                "channels.irc.channels[0]: must be a channel such as #room, with its key after a space."
            ),
            (
                ["host": "h", "nickserv": ["register": true]],
                "channels.irc.nickserv.registerEmail: is needed when register is true."
            ),
            (
                ["host": "h", "sasl": ["mechanism": "SCRAM"]],
                "channels.irc.sasl.mechanism: cannot be “SCRAM”. Allowed: PLAIN, EXTERNAL."
            ),
            (
                ["host": "h", "sasl": ["mechanism": "EXTERNAL"]],
                "channels.irc.sasl.mechanism: EXTERNAL needs tlsCertFile and tlsKeyFile."
            ),
            (
                ["host": "h", "tlsFingerprint": "abc"],
                "channels.irc.tlsFingerprint: must be a SHA-256 digest of 64 hexadecimal digits."
            ),
        ]
        for (section, message) in cases {
            let error = #expect(throws: ClawError.self) { try decode(section) }
            #expect(error?.code == .configInvalid)
            #expect(error?.message == "The IRC account “default” has a wrong setting: \(message)")
        }
        let missing = #expect(throws: ClawError.self) { try decode(["host": "h", "passwordFile": "/nowhere/pw"]) }
        #expect(missing?.message.hasPrefix("Cannot read the secret that channels.irc.passwordFile names.") == true)
    }

    @Test func accountsLieOverTheTopLevel() throws {
        let section: JSONObject = [
            "host": "h", "nick": "top", "allowFrom": ["account:a"],
            "accounts": ["Work": ["nick": "work"], "default": ["allowFrom": ["account:b"]]],
        ]
        #expect(IRCChannel.accounts(in: section).map(\.rawValue) == ["default", "work"])
        #expect(IRCChannel.accounts(in: ["host": "h"]) == [.default])
        let work = try IRCChannel.make(
            section: section, account: AccountID("work"), environment: [:], time: ManualTimeSource(),
            entropy: SequentialEntropy(), logger: Logger(label: "test"))
        #expect(work.settings.nick == "work")
        #expect(work.access.allowFrom == ["account:a"])
        #expect(work.status.dmPolicy == "pairing")
        #expect(!work.status.running)
    }
}
