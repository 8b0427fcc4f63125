package import ClawSupport

/// A key that a person stored for a vendor.
package struct ModelCredential: Sendable {
    package var secret: Redacted
    /// The id of the profile, such as `anthropic:default`.
    package var profile: String

    package init(secret: Redacted, profile: String) {
        self.secret = secret
        self.profile = profile
    }

    /// Where it comes from, for messages.
    var source: String { "the stored profile \(profile)" }
}
