import ClawClient

extension GatewayClient {
    /// As `withConnection`, on a machine that may be too busy for the ten seconds in which the Gateway wants a handshake to be
    /// complete: what it closes for that, without a reason, is tried again.
    static func withPatientConnection<Result>(
        _ options: GatewayClientOptions, _ body: (GatewayClient) async throws -> Result
    ) async throws -> Result {
        var client: GatewayClient?
        while client == nil {
            do {
                client = try await connect(options)
            } catch GatewayClientError.closed(code: 1000, reason: "") {
                continue
            }
        }
        guard let client else { throw CancellationError() }
        do {
            let result = try await body(client)
            await client.close()
            return result
        } catch {
            await client.close()
            throw error
        }
    }
}
