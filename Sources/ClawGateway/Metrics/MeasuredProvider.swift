package import ClawCore
import ClawSupport
import CoreMetrics

/// Counts the calls of a provider and what they cost in tokens.
package struct MeasuredProvider: ModelProvider {
    package var id: String { provider.id }
    package var api: String { provider.api }
    package var models: [ModelDescription] { provider.models }

    private let provider: any ModelProvider
    private let metrics: GatewayMetrics

    package init(_ provider: any ModelProvider, _ metrics: GatewayMetrics) {
        self.provider = provider
        self.metrics = metrics
    }

    package func respond(to request: ModelRequest, emit: ([ModelEvent]) async throws -> Void) async throws {
        let start = metrics.time.monotonicNanoseconds
        var usage = TokenUsage()
        do {
            try await provider.respond(to: request) { events in
                for case .usage(let counts) in events { usage = counts }
                try await emit(events)
            }
            note(request.model.reference, "ok", usage, since: start)
        } catch {
            let outcome = Task.isCancelled ? "cancelled" : (error as? ProviderError)?.reason.rawValue ?? "error"
            note(request.model.reference, outcome, usage, since: start)
            throw error
        }
    }

    private func note(_ model: ModelReference, _ outcome: String, _ usage: TokenUsage, since start: UInt64) {
        let (provider, name) = (model.provider, model.model)
        metrics.counter(GatewayFamilies.modelCalls, ["model": name, "outcome": outcome, "provider": provider])
            .increment()
        metrics.timer(GatewayFamilies.modelSeconds, ["model": name, "provider": provider])
            .recordNanoseconds(Int64(metrics.time.monotonicNanoseconds - start))
        let counts = [
            ("input", usage.input), ("output", usage.output), ("cache_read", usage.cacheRead),
            ("cache_write", usage.cacheWrite),
        ]
        for (kind, count) in counts where count > 0 {
            metrics.counter(GatewayFamilies.modelTokens, ["kind": kind, "model": name, "provider": provider])
                .increment(by: count)
        }
    }
}
