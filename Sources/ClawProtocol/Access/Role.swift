/// What a client is to the Gateway.
package enum Role: String, Sendable, Hashable, CaseIterable {
    case `operator`
    case node
}
