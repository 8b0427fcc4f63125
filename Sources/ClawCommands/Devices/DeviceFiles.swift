import ClawConfig
import ClawCore
import ClawProtocol
import ClawStore
import ClawSupport

/// The pairing files of this machine, for when its Gateway does not run or does not let this command in. Who may write them
/// owns the Gateway anyway.
struct DeviceFiles: PairingDesk {
    private let store: DeviceStore

    /// Rethrows `error` when the Gateway is another machine's or the error is of another kind; else remarks that files are
    /// used.
    init(of access: GatewayAccess, after error: ClawError, _ context: CommandContext) throws {
        // Behind a proxy there is no secret that this command could show.
        let isWithoutSecret = error.code == .unauthorized && access.target.source == .none
        // Whether the way to the Gateway failed, rather than what was asked of it.
        let isFromGateway = [.unavailable, .notPaired, .forbidden].contains(error.code)
        guard access.isOnThisMachine, isFromGateway || isWithoutSecret else { throw error }
        let terminal = context.terminal
        terminal.note(TerminalText.clean("\(error.message) Using the pairing files of this machine."))
        store = DeviceStore(
            directory: StateDirectory(root: access.installation.location.stateDirectory), time: context.time,
            entropy: context.entropy
        ) { issue in terminal.note(TerminalText.clean(issue.message)) }
    }

    /// As `device.pair.list`: without the values of tokens.
    func list() async throws -> JSONValue {
        let pending = try await store.pending().map { JSONValue.object($0.fields) }
        let paired = try await store.devices().map { device in
            var fields = device.fields
            fields["approvedScopes"] = nil
            fields["tokens"] = .array(
                device.tokens.sorted { $0.role < $1.role }.map { token in
                    var fields = token.fields
                    fields["token"] = nil
                    fields["role"] = .string(token.role)
                    return .object(fields)
                })
            return JSONValue.object(fields)
        }
        return ["pending": .array(pending), "paired": .array(paired)]
    }

    /// As `device.pair.approve`.
    func approve(_ request: String) async throws -> JSONValue {
        guard let approved = try await store.approve(request) else {
            throw ClawError(
                .notFound, "There is no request \"\(request)\".",
                hint: "Requests live five minutes; see `openclaw devices list`.")
        }
        return ["requestId": .string(request), "device": ["deviceId": .string(approved.device.deviceID)]]
    }

    /// As `device.pair.reject`.
    func reject(_ request: String) async throws -> JSONValue {
        guard let rejected = try await store.reject(request) else {
            throw ClawError(.notFound, "There is no request \"\(request)\".", hint: "See `openclaw devices list`.")
        }
        return ["requestId": .string(request), "deviceId": .string(rejected.deviceID)]
    }

    /// As `device.pair.remove`.
    func remove(_ device: String) async throws -> JSONValue {
        guard try await store.remove(device) else {
            throw ClawError(.notFound, "There is no device \"\(device)\".", hint: "See `openclaw devices list`.")
        }
        return ["deviceId": .string(device)]
    }

    /// As `device.token.rotate`.
    func rotate(_ device: String, role: String, scopes: [String]?) async throws -> JSONValue {
        try await checkToken(device, role)
        guard let token = try await store.rotateToken(device, role: role, scopes: scopes) else {
            throw ClawError(
                .forbidden, "The device was not approved for \((scopes ?? []).joined(separator: ", ")).",
                hint: "Let it ask for them, and approve it with `openclaw devices approve`.")
        }
        return [
            "deviceId": .string(device), "role": .string(role), "token": .string(token.token.reveal()),
            "scopes": .strings(token.scopes), "rotatedAtMs": .int64(token.rotatedAt ?? token.createdAt),
        ]
    }

    /// As `device.token.revoke`.
    func revoke(_ device: String, role: String) async throws -> JSONValue {
        try await checkToken(device, role)
        let token = try await store.revokeToken(device, role: role)
        return [
            "deviceId": .string(device), "role": .string(role), "revokedAtMs": .int64(token?.revokedAt ?? 0),
        ]
    }

    private func checkToken(_ device: String, _ role: String) async throws {
        if try await store.device(device)?.token(role: role) != nil { return }
        throw ClawError(
            .notFound, "The device \"\(device)\" has no token as \(role).", hint: "See `openclaw devices list`.")
    }
}
