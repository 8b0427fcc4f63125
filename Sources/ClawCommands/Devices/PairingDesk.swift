import ClawClient
import ClawCore
import ClawProtocol
import ClawSupport

/// Where devices are let in: the Gateway, or the pairing files of this machine. The answers are those of `device.pair.*` and
/// `device.token.*`.
protocol PairingDesk: Sendable {
    func list() async throws -> JSONValue
    func approve(_ request: String) async throws -> JSONValue
    func reject(_ request: String) async throws -> JSONValue
    func remove(_ device: String) async throws -> JSONValue
    /// Without `scopes` those of the old token stay.
    func rotate(_ device: String, role: String, scopes: [String]?) async throws -> JSONValue
    func revoke(_ device: String, role: String) async throws -> JSONValue
}

extension GatewayAccess {
    /// Does `work` at the Gateway, or at the files of this machine when the way to its Gateway failed. `work` may run twice.
    func atPairingDesk<Result>(_ work: (any PairingDesk) async throws -> Result) async throws -> Result {
        do {
            return try await connect(scopes: [.pairing]) { try await work(GatewayDesk(client: $0)) }
        } catch let error as ClawError {
            return try await work(try DeviceFiles(of: self, after: error, context))
        }
    }
}

private struct GatewayDesk: PairingDesk {
    let client: GatewayClient

    func list() async throws -> JSONValue { try await client.request("device.pair.list") }

    func approve(_ request: String) async throws -> JSONValue {
        try await client.request("device.pair.approve", ["requestId": .string(request)])
    }

    func reject(_ request: String) async throws -> JSONValue {
        try await client.request("device.pair.reject", ["requestId": .string(request)])
    }

    func remove(_ device: String) async throws -> JSONValue {
        try await client.request("device.pair.remove", ["deviceId": .string(device)])
    }

    func rotate(_ device: String, role: String, scopes: [String]?) async throws -> JSONValue {
        var params: JSONObject = ["deviceId": .string(device), "role": .string(role)]
        params["scopes"] = scopes.map(JSONValue.strings)
        return try await client.request("device.token.rotate", .object(params))
    }

    func revoke(_ device: String, role: String) async throws -> JSONValue {
        try await client.request("device.token.revoke", ["deviceId": .string(device), "role": .string(role)])
    }
}
