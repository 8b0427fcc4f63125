/// The ten stops of a message, in the order in which every message passes them.
package enum MessageStop: String, Sendable, Hashable, CaseIterable {
    case receive
    case translate
    case admit
    case route
    case queue
    case takeTurn
    case assemble
    case think
    case shape
    case deliver
}

/// Told when a message reaches a stop. The default does nothing; a test listens to see that no stop is left out or passed
/// by another way.
package struct MessageTrace: Sendable {
    private let record: (@Sendable (MessageStop, String) -> Void)?

    package init(_ record: @escaping @Sendable (MessageStop, String) -> Void) { self.record = record }

    private init() { record = nil }

    package static let none = MessageTrace()

    /// `id` is the platform's message id before the message is admitted and the work item's id after that.
    package func reached(_ stop: MessageStop, _ id: @autoclosure () -> String) { record?(stop, id()) }
}
