import ArgumentParser
import ClawConfig
import ClawCore
import ClawStore
import ClawSupport
import FoundationEssentials

/// `openclaw pairing …`.
struct PairingCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pairing",
        abstract: "People who wrote to a channel and wait to be let in; the Gateway need not run.",
        subcommands: [PairingList.self, PairingApprove.self])
}

/// The pairing files of this installation.
struct PairingAccess: Sendable {
    let store: ChannelPairingStore
    private let directory: StateDirectory

    init(_ context: CommandContext) throws {
        directory = StateDirectory(root: try Installation.load(context).location.stateDirectory)
        let terminal = context.terminal
        store = ChannelPairingStore(directory: directory, time: context.time, entropy: context.entropy) { issue in
            terminal.note(TerminalText.clean(issue.message))
        }
    }

    /// The channels that somebody ever wrote to, by their files.
    func channels() -> [ChannelID] {
        // A missing folder means that nobody wrote yet.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.credentialsDirectory)) ?? []
        return names.filter { $0.hasSuffix("-pairing.json") }.map { ChannelID(String($0.dropLast(13))) }
            .sorted { $0.rawValue < $1.rawValue }
    }
}
