package import ClawProtocol
package import ClawSupport

/// `system-presence`: who is there, as a bare list.
package struct SystemPresence: InPlaceMethod {
    package static let name = "system-presence"
    package static let access = MethodAccess.read

    private let presence: PresenceRegistry

    package init(presence: PresenceRegistry) { self.presence = presence }

    package func answer(_ params: JSONValue, _ context: MethodContext) throws -> MethodAnswer? {
        .value(.array(presence.list))
    }
}
