import ClawConfig
import ClawSupport
import ClawTestKit
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct AuditRepairTests {
    @Test func openGroupsCloseAndFilesAreTakenFromOthers() throws {
        let text = """
            {
              // kept
              gateway: { bind: "lan" },
              logging: { redactSensitive: "off" },
              channels: { irc: { groupPolicy: "open", accounts: { b: { groupPolicy: "open" }, c: {} } } },
            }

            """
        let home = try ConfigHome(text)
        try home.write("{}", to: "agents/main/sessions/sessions.json")
        try home.write("{}\n", to: "agents/main/sessions/a.jsonl")
        try home.write("{}", to: "agents/main/agent/auth-profiles.json")
        try home.write("{}", to: "credentials/irc-pairing.json")
        try home.write("{}", to: "workspace/notes.md")
        for path in ["", "/openclaw.json", "/agents/main/sessions/a.jsonl", "/workspace/notes.md"] {
            #expect(chmod(home.state + path, 0o755) == 0)
        }
        let repair = AuditRepair.run(home.file, time: home.time)
        #expect(repair.errors == [])
        #expect(
            repair.changes == [
                "channels.irc.groupPolicy: open -> allowlist",
                "channels.irc.accounts.b.groupPolicy: open -> allowlist", "logging.redactSensitive: off -> tools",
            ])
        #expect(
            home.text() == """
                {
                  // kept
                  gateway: { bind: "lan" },
                  logging: { redactSensitive: "tools" },
                  channels: { irc: { groupPolicy: "allowlist", accounts: { b: { groupPolicy: "allowlist" }, c: {} } } },
                }

                """)
        let files = AuditedFile.all(home.inspect(), in: home.file.location, includingTranscripts: true)
        #expect(files.filter { $0.mode != $0.role.mode } == [])
        #expect(AuditedFile(.transcript, at: "\(home.state)/workspace/notes.md")?.mode == 0o755)
        let again = AuditRepair.run(home.file, time: home.time)
        #expect(again.changes == [] && again.actions == [] && !again.isConfigWritten)
    }

    @Test func aLinkIsNotFollowed() throws {
        let home = try ConfigHome("{}")
        try home.directory.write("other", to: "elsewhere")
        #expect(chmod("\(home.directory.path)/elsewhere", 0o644) == 0)
        try home.write("{}", to: "credentials/x.json")
        #expect(symlink("\(home.directory.path)/elsewhere", "\(home.state)/credentials/y.json") == 0)
        let repair = AuditRepair.run(home.file, time: home.time)
        let link = repair.actions.first { $0.path.hasSuffix("y.json") }
        #expect(link?.problem == "It is a link; check where it leads.")
        #expect(AuditedFile(.credential, at: "\(home.directory.path)/elsewhere")?.mode == 0o644)
    }
}
