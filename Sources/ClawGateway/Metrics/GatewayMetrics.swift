import ClawCore
package import ClawSupport
import CoreMetrics

/// What the Gateway counts as it happens. One for a Gateway; every part gets it from the composition.
package final class GatewayMetrics: Sendable {
    package let registry = MetricRegistry(GatewayFamilies.counted)
    let time: any TimeSource
    private let slowConsumers: Counter
    private let droppedEvents: Counter

    package init(time: any TimeSource = SystemTimeSource()) {
        self.time = time
        slowConsumers = Counter(label: GatewayFamilies.slowConsumers.name, factory: registry)
        droppedEvents = Counter(label: GatewayFamilies.droppedEvents.name, factory: registry)
    }

    /// A connection is closed because its client does not read.
    func closedSlowConsumer() { slowConsumers.increment() }

    /// An event was left out for a client that does not read fast enough.
    func droppedEvent() { droppedEvents.increment() }

    /// A client was not let in. `reason` is one of the program's own names.
    func refused(over door: Door, _ reason: String) {
        counter(GatewayFamilies.authFailures, ["reason": reason.lowercased(), "transport": door.rawValue]).increment()
    }

    enum Door: String {
        case webSocket = "websocket"
        case http
    }

    /// A message of the outbox has its outcome.
    func delivered(_ channel: ChannelID?, _ outcome: String) {
        counter(GatewayFamilies.deliveries, ["channel": channel?.rawValue ?? "unknown", "outcome": outcome]).increment()
    }

    /// The series of a family; making one takes a lock, so paths that are hot keep theirs.
    func counter(_ family: MetricFamily, _ labels: KeyValuePairs<String, String>) -> Counter {
        Counter(label: family.name, dimensions: labels.map { ($0.key, $0.value) }, factory: registry)
    }

    func timer(_ family: MetricFamily, _ labels: KeyValuePairs<String, String>) -> Timer {
        Timer(label: family.name, dimensions: labels.map { ($0.key, $0.value) }, factory: registry)
    }
}
