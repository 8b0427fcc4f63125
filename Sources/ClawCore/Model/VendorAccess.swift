/// What is needed to call a vendor, and whether it is there.
package struct VendorAccess: Sendable, Hashable {
    package var id: String
    /// For people.
    package var name: String
    package var hasKey: Bool
    /// Where the key comes from; without a key, where one can be put.
    package var source: String
    package var requiresKey: Bool
    /// Whether the configuration has a section for it.
    package var isConfigured: Bool
    /// Whether its server is the person's own.
    package var isLocal: Bool
    /// The model that is chosen when nothing else is said.
    package var defaultModel: String?

    package init(
        id: String, name: String, hasKey: Bool, source: String, requiresKey: Bool, isConfigured: Bool, isLocal: Bool,
        defaultModel: String?
    ) {
        self.id = id
        self.name = name
        self.hasKey = hasKey
        self.source = source
        self.requiresKey = requiresKey
        self.isConfigured = isConfigured
        self.isLocal = isLocal
        self.defaultModel = defaultModel
    }

    /// Whether its models can be called.
    package var isUsable: Bool { hasKey || !requiresKey && isConfigured }
}
