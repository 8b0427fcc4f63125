/// What a caller gives of an agent; nil leaves it as it is.
package struct AgentFields: Sendable, Hashable {
    package var name: String?
    package var workspace: String?
    package var model: String?
    package var emoji: String?
    package var avatar: String?
    /// What it calls itself, where that is not its name in lists.
    package var identityName: String?
    package var theme: String?

    package init() {}
}
