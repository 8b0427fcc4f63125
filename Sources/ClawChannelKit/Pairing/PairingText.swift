package import ClawCore

/// What a stranger reads who was given a pairing code.
package enum PairingText {
    /// - Parameters:
    ///   - idLabel: What the id is called on the platform, such as `Telegram user id`.
    ///   - id: The principal that the approval will let in.
    package static func reply(channel: ChannelID, account: AccountID, idLabel: String, id: String, code: String)
        -> String
    {
        let scope = account == .default ? "" : " --account \(account.rawValue)"
        return """
            OpenClaw: access not configured.

            Your \(idLabel): \(id)

            Pairing code: \(code)

            Ask the bot owner to approve with:
            openclaw pairing approve \(channel.rawValue) \(code)\(scope)
            """
    }

    /// What an approved sender is told when the owner asks for it.
    package static let approved = "OpenClaw: access approved. Send a message to start."
}
