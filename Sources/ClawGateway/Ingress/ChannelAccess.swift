package import ClawChannelKit
package import ClawCore
package import ClawSupport

/// What the door needs to know about one channel account: its access rules and how its people are named.
package struct ChannelAccess: Sendable {
    package var settings: ChannelSettings
    package var policy: AccessPolicy
    /// What an id is called on the platform, such as `IRC identity`.
    package var idLabel: String

    /// - Parameters:
    ///   - section: The channel's section of the configuration, all accounts.
    ///   - sharedPatterns: Mention patterns that hold where the channel has none of its own.
    package init(
        section: JSONObject?, channel: ChannelID, account: AccountID, syntax: PrincipalSyntax, idLabel: String,
        sharedPatterns: [String], defaultGroupPolicy: GroupPolicy? = nil
    ) {
        let merged = section.map { ChannelAccounts.merged($0, account: account) }
        settings =
            ChannelSettings.decode(merged, path: "channels.\(channel)", defaultGroupPolicy: defaultGroupPolicy).settings
        let mentions = MentionPatterns(settings.mentionPatterns ?? sharedPatterns)
        policy = AccessPolicy(settings: settings, syntax: syntax, mentions: mentions)
        self.idLabel = idLabel
    }
}
