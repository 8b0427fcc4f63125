package import ClawSupport

/// What a look at a channel account brought: whether its platform answers now.
package struct ChannelProbe: Sendable, Hashable {
    /// Why the account cannot be used, in a sentence; nil when it can.
    package var error: String?
    /// How long the platform took to answer, in milliseconds; nil when it did not.
    package var latency: Int?
    /// What was looked at, for people. Holds no secret.
    package var details: JSONObject
    /// For how long the finding stands when somebody asks again, so that questions do not burden the platform.
    package var validity: Duration

    package init(error: String? = nil, latency: Int? = nil, details: JSONObject = [:], validity: Duration = .seconds(1))
    {
        self.error = error
        self.latency = latency
        self.details = details
        self.validity = validity
    }
}
