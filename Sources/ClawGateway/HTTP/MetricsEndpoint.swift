package import ClawProtocol
import ClawSupport
package import HTTPTypes
package import Hummingbird

/// `GET /metrics`: what Prometheus reads. Like everything else that tells about the Gateway it is only for those who may read.
package struct MetricsEndpoint: HTTPEndpoint {
    package static let path = "/metrics"
    package static let method = HTTPRequest.Method.get
    package static let access = MethodAccess.read
    package let bodyLimit = 0

    private let metrics: GatewayMetrics
    private let gauges: GatewayGauges

    package init(metrics: GatewayMetrics, gauges: GatewayGauges) {
        self.metrics = metrics
        self.gauges = gauges
    }

    package func respond(to call: HTTPCall) async throws -> Response {
        let text = PrometheusText.bytes(await gauges.read() + metrics.registry.snapshot)
        var response = Response.text(200, text, type: PrometheusText.contentType)
        response.headers[.cacheControl] = "no-store"
        return response
    }
}
