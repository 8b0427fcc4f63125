package import ClawProtocol
package import ClawStore
package import ClawSupport
import Logging

/// What a client was let in as.
package struct HandshakeAdmission: Sendable {
    package var role: Role
    package var scopes: [Scope]
    package var deviceID: String?
    /// The token of the device for this role; nil without a device and for a device without a record.
    package var token: DeviceToken?
}

/// Decides a `connect`: the checks of gateway-protocol §3.2 in their order. The rules are pure values of `Access`; here they
/// meet the device records and the attempt limiter.
package struct Handshake: Sendable {
    private let settings: Live<AccessSettings>
    private let limiter: AttemptLimiter
    private let devices: DeviceStore
    private let tailnet: TailnetDirectory?
    private let announce: @Sendable (EventName, JSONValue) -> Void
    private let time: any TimeSource
    private let logger = Logger(label: "openclaw.gateway.handshake")

    /// - Parameters:
    ///   - tailnet: who confirms what is said about users of the tailnet; nil confirms nobody.
    ///   - announce: tells operators of pairing requests and their outcome.
    package init(
        settings: Live<AccessSettings>, limiter: AttemptLimiter, devices: DeviceStore,
        tailnet: TailnetDirectory? = nil, time: any TimeSource,
        announce: @escaping @Sendable (EventName, JSONValue) -> Void
    ) {
        self.settings = settings
        self.limiter = limiter
        self.devices = devices
        self.tailnet = tailnet
        self.time = time
        self.announce = announce
    }

    /// - Parameter nonce: that of the challenge of this connection.
    package func admit(
        _ params: ConnectParams, remote: RemoteAddress, nonce: String
    ) async throws(HandshakeRefusal) -> HandshakeAdmission {
        let settings = settings.value
        let role = try ConnectRules.role(params)
        try ConnectRules.checkOrigin(params, remote, OriginPolicy(settings: settings))
        var attempt = Attempt(params: params, remote: remote, role: role, settings: settings)
        await evaluateSecret(&attempt)
        guard let device = ConnectRules.device(of: params, settings) else {
            let scopes = try ConnectRules.scopesWithoutDevice(attempt)
            noteSuccess(attempt)
            return HandshakeAdmission(role: role, scopes: scopes)
        }
        let key = try verify(device, attempt, nonce)
        try await checkDeviceToken(device, attempt)
        let claim = DeviceClaim(
            deviceID: device.id, publicKey: key, role: role, scopes: params.scopes, client: params.client,
            remoteIP: remote.recordable)
        let token = try await stored { try await pair(claim, attempt) }
        noteSuccess(attempt)
        switch token {
        case .success(let token):
            return HandshakeAdmission(
                role: role, scopes: params.scopes.map(Scope.init), deviceID: device.id, token: token)
        case .failure(let refusal):
            throw refusal
        }
    }

    /// Compares the shared secret unless the client is locked out, or a user of the tailnet who needs none. A failure counts at
    /// once, except while a device token may still prove the client.
    private func evaluateSecret(_ attempt: inout Attempt) async {
        if attempt.settings.mode != .none, let key = attempt.limitKey, let rest = limiter.lockout(key) {
            attempt.auth = .failed(.rateLimited)
            attempt.retryAfter = rest
            return
        }
        if let account = await tailnetAccount(attempt) {
            attempt.auth = .tailnet(account)
            return
        }
        attempt.auth = SharedAuth(settings: attempt.settings).evaluate(attempt.params.auth, from: attempt.remote)
        let mayUseDeviceToken = attempt.params.device != nil && attempt.deviceTokenCandidate != nil
        if case .failed = attempt.auth, !mayUseDeviceToken { noteFailure(attempt) }
    }

    /// The account of the tailnet that the client has, as Tailscale confirms; nil when it needs another proof.
    private func tailnetAccount(_ attempt: Attempt) async -> String? {
        guard let tailnet, let word = attempt.remote.tailnet, !attempt.remote.isLocal,
            attempt.settings.mode == .token || attempt.settings.mode == .password
        else { return nil }
        do throws(TailnetRefusal) {
            let account = try await tailnet.confirm(try word.get())
            logger.notice("a user of the tailnet comes in", metadata: ["account": "\(account)"])
            return account
        } catch {
            // Most requests say nothing about a user; then there is nothing to tell.
            if error != .userMissing {
                logger.notice("a user of the tailnet is not believed", metadata: ["reason": "\(error.rawValue)"])
            }
            return nil
        }
    }

    private func verify(
        _ device: ConnectParams.Device, _ attempt: Attempt, _ nonce: String
    ) throws(HandshakeRefusal) -> String {
        do {
            return try DeviceProof().verify(
                device, params: attempt.params, role: attempt.role, nonce: nonce, now: time.nowMilliseconds)
        } catch {
            throw HandshakeRefusal(
                WireError(
                    .invalidRequest, error.message,
                    details: ["code": .string(error.code), "reason": .string(error.rawValue)]))
        }
    }

    /// A device token takes the place of a shared secret that was not shown or is wrong (gateway-protocol §6.4).
    private func checkDeviceToken(
        _ device: ConnectParams.Device, _ attempt: Attempt
    ) async throws(HandshakeRefusal) {
        guard case .failed(let reason) = attempt.auth else { return }
        guard reason != .rateLimited, let candidate = attempt.deviceTokenCandidate else {
            throw ConnectRules.unauthorized(reason, attempt)
        }
        let (role, scopes) = (attempt.role.rawValue, attempt.params.scopes)
        let isRight = try await stored {
            do {
                try await devices.verifyToken(device.id, role: role, token: candidate, scopes: scopes)
                return true
            } catch is DeviceTokenFault {
                return false
            }
        }
        if isRight { return }
        noteFailure(attempt)
        let isExplicit = SharedAuth.supplied(attempt.params.auth.deviceToken) != nil
        throw ConnectRules.unauthorized(isExplicit ? .deviceTokenMismatch : reason, attempt)
    }

    /// Applies the pairing rules and returns the token of the device.
    private func pair(_ claim: DeviceClaim, _ attempt: Attempt) async throws -> Result<DeviceToken?, HandshakeRefusal> {
        let record = try await devices.device(claim.deviceID)
        if PairingRules.isSelfCall(
            client: claim.client, remote: attempt.remote, auth: attempt.auth, record: record)
        {
            return .success(nil)
        }
        if let reason = PairingRules.reason(claim: claim, record: record) {
            if let refusal = try await request(claim, reason, attempt.remote) { return .failure(refusal) }
        } else if let record {
            var renewal = claim.renewal
            // Older records name only `scopes`, which the connect is about to narrow to what it asked for.
            if record.fields["approvedScopes"] == nil { renewal["approvedScopes"] = .strings(record.scopes) }
            _ = try await devices.refresh(claim.deviceID, renewal)
        }
        let role = claim.role.rawValue
        let token = try await devices.ensureToken(claim.deviceID, role: role, scopes: claim.scopes)
        await devices.touch(claim.deviceID, role: role)
        return .success(token)
    }

    /// Files a pairing request. Nil when it could be approved at once.
    private func request(
        _ claim: DeviceClaim, _ reason: PairingReason, _ remote: RemoteAddress
    ) async throws -> HandshakeRefusal? {
        let isSilent = PairingRules.isSilent(reason, client: claim.client, remote: remote)
        let (request, isNew) = try await devices.upsertPending(claim.request(isSilent: isSilent))
        if request.isSilent, try await devices.approve(request.requestID) != nil {
            announce(.devicePairResolved, PairingEvent.resolved(request, "approved", at: time.nowMilliseconds))
            return nil
        }
        logger.notice(
            "device asks to be paired",
            metadata: ["request": "\(request.requestID)", "reason": "\(reason.rawValue)"])
        if isNew { announce(.devicePairRequested, .object(request.fields)) }
        return HandshakeRefusal(
            WireError(
                .notPaired, "pairing required",
                details: [
                    "code": "PAIRING_REQUIRED", "requestId": .string(request.requestID),
                    "reason": .string(reason.rawValue),
                ]))
    }

    private func noteFailure(_ attempt: Attempt) {
        if case .failed(let failure) = attempt.auth {
            logger.notice(
                "a client did not prove itself",
                metadata: ["reason": "\(failure.reason)", "from": "\(attempt.remote.limitKey)"])
        }
        if let key = attempt.limitKey { limiter.noteFailure(key, attempt.settings.rateLimit) }
    }

    /// A device that shows its own token, or comes through a proxy, proves nothing about the shared secret, and must not clear
    /// guesses.
    private func noteSuccess(_ attempt: Attempt) {
        if attempt.auth.isBySecret, let key = attempt.limitKey { limiter.noteSuccess(key) }
    }

    /// Runs work on the device records; a fault of the storage lets nobody in.
    private func stored<Value: Sendable>(
        _ work: () async throws -> Value
    ) async throws(HandshakeRefusal) -> Value {
        do {
            return try await work()
        } catch {
            logger.error("device records failed", metadata: ["error": "\(error)"])
            throw HandshakeRefusal(
                WireError(.unavailable, "device records are not available", retryable: true), code: CloseCode(1011))
        }
    }
}

/// What pairing events carry.
enum PairingEvent {
    static func resolved(_ request: PendingDevice, _ decision: String, at now: Int64) -> JSONValue {
        [
            "requestId": .string(request.requestID), "deviceId": .string(request.deviceID),
            "decision": .string(decision), "ts": .int64(now),
        ]
    }
}
