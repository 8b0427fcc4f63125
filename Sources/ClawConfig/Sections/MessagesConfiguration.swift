import ClawSupport

/// `messages`: how messages wait, and what groups show.
package struct MessagesConfiguration: Sendable, Hashable {
    package enum QueueMode: String, Sendable, Hashable {
        case steer
        case followup
        case collect
        case steerBacklog = "steer-backlog"
        case queue
        case interrupt

        /// Accepts also `steer+backlog`.
        package init?(rawValue: String) {
            switch rawValue {
            case "steer": self = .steer
            case "followup": self = .followup
            case "collect": self = .collect
            case "steer-backlog", "steer+backlog": self = .steerBacklog
            case "queue": self = .queue
            case "interrupt": self = .interrupt
            default: return nil
            }
        }
    }

    package enum DropPolicy: String, Sendable, Hashable {
        case old
        case new
        case summarize
    }

    package struct Queue: Sendable, Hashable {
        package var mode: QueueMode
        /// By lower-case channel id.
        package var modeByChannel: [String: QueueMode]
        package var debounce: Duration
        package var debounceByChannel: [String: Duration]
        package var cap: Int
        package var drop: DropPolicy
    }

    package var responsePrefix: String?
    /// PCRE2 patterns.
    package var mentionPatterns: [String]
    package var historyLimit: Int
    package var queue: Queue
    package var inboundDebounce: Duration
    /// By lower-case channel id.
    package var inboundDebounceByChannel: [String: Duration]

    init(_ reader: ConfigReader) {
        func durations(_ reader: ConfigReader, _ key: String) -> [String: Duration] {
            Self.lowercased(reader.map(key) { $0.quantityValue.map { .milliseconds($0) } })
        }
        responsePrefix = reader.string("responsePrefix")
        mentionPatterns = reader.section("groupChat").strings("mentionPatterns")
        historyLimit = reader.section("groupChat").int("historyLimit")
        let queue = reader.section("queue")
        self.queue = Queue(
            mode: queue.choice("mode") ?? .collect,
            modeByChannel: Self.lowercased(queue.map("byChannel") { $0.stringValue.flatMap(QueueMode.init) }),
            debounce: queue.milliseconds("debounceMs"), debounceByChannel: durations(queue, "debounceMsByChannel"),
            cap: queue.int("cap"), drop: queue.choice("drop") ?? .summarize)
        inboundDebounce = reader.section("inbound").milliseconds("debounceMs")
        inboundDebounceByChannel = durations(reader.section("inbound"), "byChannel")
    }

    private static func lowercased<Value>(_ map: [String: Value]) -> [String: Value] {
        Dictionary(map.map { ($0.lowercased(), $1) }) { first, _ in first }
    }
}
