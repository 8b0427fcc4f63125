import ArgumentParser
import ClawCore
import ClawStore
import ClawSupport

/// `openclaw pairing approve`.
struct PairingApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Let the sender of a code in.",
        usage: "openclaw pairing approve [<channel>] <code> [--account <account>] [--json]",
        discussion: "Without a channel all of them are searched for the code.")

    @Argument(help: ArgumentHelp("The channel, and the code that the sender was told.", valueName: "[channel] code"))
    var words: [String]

    @Option(help: "The channel.")
    var channel: String?

    @Option(help: "Only this account.")
    var account: String?

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if words.isEmpty || words.count > (channel == nil ? 2 : 1) {
            throw ValidationError("Give a channel and a code, or a code alone.")
        }
    }

    func run() async throws {
        let context = CommandContext.current
        let access = try PairingAccess(context)
        let code = words[words.count - 1]
        let named = channel ?? (words.count == 2 ? words[0] : nil)
        for channel in named.map({ [ChannelID($0)] }) ?? access.channels() {
            let approved = try await access.store.approve(
                channel: channel, code: code, account: account.map { AccountID($0) })
            guard let approved else { continue }
            if json {
                return context.terminal.json([
                    "channel": .string(channel.rawValue), "id": .string(approved.id),
                    "account": .string(approved.account.rawValue),
                ])
            }
            let sender = TerminalText.clean(approved.id, isOneLine: true)
            return context.terminal.line("Approved \(channel.rawValue) sender \(sender).")
        }
        throw ClawError(
            .notFound, "No request has the code \(code).",
            hint: "Codes live one hour; see `openclaw pairing list`, or let the person write again.")
    }
}
