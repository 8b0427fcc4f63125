package import ClawProtocol
package import ClawSupport

/// `usage.status`: how much of a provider's quota is used. Only sign-ins with a subscription have such quotas; this Gateway
/// uses keys, so there is nothing to tell and it says so with an empty list.
package struct UsageStatus: InPlaceMethod {
    package static let name = "usage.status"
    package static let access = MethodAccess.read

    private let time: any TimeSource

    package init(time: any TimeSource) { self.time = time }

    package func answer(_ params: JSONValue, _ context: MethodContext) throws -> MethodAnswer? {
        .value(["updatedAt": .int64(time.nowMilliseconds), "providers": []])
    }
}
