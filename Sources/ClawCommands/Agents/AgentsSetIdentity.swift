import ArgumentParser
import ClawConfig
import ClawCore
import ClawDaemon
import ClawStore
import ClawSupport

/// `openclaw agents set-identity`.
struct AgentsSetIdentity: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-identity", abstract: "Say how an agent is called and shown.",
        discussion: "It goes into the configuration, where it counts before what the agent writes into IDENTITY.md.")

    @Option(help: "The agent; needed when there are several.")
    var agent: String?

    @Option(help: ArgumentHelp("The agent that works in this folder.", valueName: "folder"))
    var workspace: String?

    @Flag(help: "Take over what stands in the IDENTITY.md of its workspace.")
    var fromIdentity = false

    @Option(help: ArgumentHelp("Take over what stands in this file.", valueName: "file"))
    var identityFile: String?

    @Option(help: "Its name.")
    var name: String?

    @Option(help: "What it is like, in a few words.")
    var theme: String?

    @Option(help: "Its emoji.")
    var emoji: String?

    @Option(help: "Its picture: an address, or a file in its workspace.")
    var avatar: String?

    @Flag(help: "Print what was done as JSON.")
    var json = false

    func validate() throws {
        if agent != nil, workspace != nil { throw ValidationError("--agent and --workspace exclude each other.") }
        if fromIdentity, identityFile != nil {
            throw ValidationError("--from-identity and --identity-file exclude each other.")
        }
        if !fromIdentity, identityFile == nil, [name, theme, emoji, avatar].allSatisfy({ $0 == nil }) {
            throw ValidationError("Give --name, --theme, --emoji or --avatar, or take them over with --from-identity.")
        }
    }

    func run() async throws {
        let context = CommandContext.current
        let work = try AgentsWorkplace(context, writes: true)
        let target = try workspace.map { try work.stored.agent(inWorkspace: absolute($0, work)) } ?? work.agent(agent)
        let source = try await source(work, target)
        var fields = AgentFields()
        fields.identityName = try AgentsWorkplace.line("--name", name ?? source?.text.name, limit: 50)
        fields.theme = try AgentsWorkplace.line("--theme", theme ?? source?.text.theme)
        fields.emoji = try AgentsWorkplace.line("--emoji", emoji ?? source?.text.emoji, limit: 64)
        fields.avatar = try AgentsWorkplace.line("--avatar", avatar ?? source?.text.avatar, limit: 200_000)
        let chosen = fields
        try await AgentsWorkplace.inWords { try await work.stored.update(target, chosen) }
        var identity = JSONObject()
        identity.set("name", chosen.identityName)
        identity.set("theme", chosen.theme)
        identity.set("emoji", chosen.emoji)
        identity.set("avatar", chosen.avatar)
        if json {
            var result: JSONObject = ["agentId": .string(target.rawValue), "identity": .object(identity)]
            result["workspace"] = .string(work.stored.workspace(of: target))
            result.set("identityFile", source?.path)
            return context.terminal.json(.object(result))
        }
        let said = identity.map { "\($0.0) \(TerminalText.clean($0.1.stringValue ?? "", isOneLine: true))" }
        context.terminal.line("The agent \(target) has now: \(said.joined(separator: ", ")).")
    }

    private func absolute(_ path: String, _ work: AgentsWorkplace) -> String {
        FilePath.absolute(
            FilePath.expandingTilde(path, home: work.installation.location.homeDirectory),
            from: work.context.workingDirectory)
    }

    /// The file that is taken over and what it says; nil when none is asked for.
    private func source(
        _ work: AgentsWorkplace, _ agent: AgentID
    ) async throws -> (path: String, text: IdentityText)? {
        let path: String
        if let identityFile {
            path = absolute(identityFile, work)
        } else if fromIdentity {
            path = "\(work.stored.workspace(of: agent))/IDENTITY.md"
        } else {
            return nil
        }
        guard let bytes = try AtomicFile.read(path, limit: 1 << 20) else {
            throw ClawError(.notFound, "There is no file \(path).", hint: "Name the file with --identity-file.")
        }
        let text = IdentityText(String(decoding: bytes, as: UTF8.self))
        if text == IdentityText("") {
            throw ClawError(
                .invalidRequest, "\(path) says nothing about the agent.",
                hint: "It needs lines such as `- **Name:** Rose`.")
        }
        return (path, text)
    }
}
