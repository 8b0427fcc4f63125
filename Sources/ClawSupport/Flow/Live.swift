import Synchronization

/// A value that is replaced whole while many read it, such as the configuration: readers take a snapshot and keep it for one
/// piece of work.
package final class Live<Value: Sendable>: Sendable {
    private let state: Mutex<Value>

    package init(_ value: Value) { state = Mutex(value) }

    package var value: Value { state.withLock { $0 } }

    package func replace(with value: Value) { state.withLock { $0 = value } }
}
