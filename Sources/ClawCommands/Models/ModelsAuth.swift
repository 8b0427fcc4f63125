import ArgumentParser

/// `openclaw models auth …`.
struct ModelsAuth: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "auth", abstract: "Store keys of model vendors, and choose which is tried first.",
        subcommands: [AuthAdd.self, AuthPasteToken.self, AuthOrder.self])
}

/// `openclaw models auth order …`.
struct AuthOrder: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "order", abstract: "The order in which a vendor's stored keys are tried.",
        subcommands: [AuthOrderGet.self, AuthOrderSet.self, AuthOrderClear.self])
}
