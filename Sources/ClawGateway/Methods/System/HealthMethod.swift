package import ClawProtocol
package import ClawSupport

/// `health`: the cached summary, written without being encoded again; `probe` takes a new one (gateway-methods §1).
package struct HealthMethod: InPlaceMethod {
    package static let name = "health"
    package static let access = MethodAccess.anyone

    private let monitor: HealthMonitor

    package init(monitor: HealthMonitor) { self.monitor = monitor }

    package func answer(_ params: JSONValue, _ context: MethodContext) throws -> MethodAnswer? {
        if params["probe"] == .bool(true) { return nil }
        return monitor.cached(for: context.connection).map(MethodAnswer.encoded)
    }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        let summary = try await monitor.refresh(isProbe: params["probe"] == .bool(true))
        return HealthView(for: context.connection).of(summary)
    }
}
