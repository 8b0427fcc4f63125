import ClawClient

extension GatewayClient {
    /// As `withConnection`, on a machine that may be too busy for the ten seconds in which the Gateway wants a handshake to be
    /// complete: what it closes for that, without a reason, is tried again.
    static func withPatientConnection<Result>(
        _ options: GatewayClientOptions, _ body: (GatewayClient) async throws -> Result
    ) async throws -> Result {
        try await patiently(options).closing(after: body)
    }

    private static func patiently(_ options: GatewayClientOptions) async throws -> GatewayClient {
        while true {
            do {
                return try await connect(options)
            } catch GatewayClientError.closed(code: 1000, reason: "") {
                continue
            }
        }
    }
}
