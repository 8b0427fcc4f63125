import ArgumentParser

/// `openclaw devices …`.
struct DevicesCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices", abstract: "The devices that may connect to the Gateway, and those that ask to.",
        subcommands: [
            DevicesList.self, DevicesApprove.self, DevicesReject.self, DevicesRemove.self, DevicesClear.self,
            DevicesRotate.self, DevicesRevoke.self,
        ])
}
