package import ClawSupport
import Synchronization

/// How many sockets the Gateway holds at once.
package struct ConnectionLimits: Sendable, Hashable {
    /// Ten thousand clients, and room for whoever looks what is the matter.
    package var total = 12_000
    /// Sockets that have not said who they are.
    package var unauthenticated = 2048
    /// The same for one address elsewhere. What comes from this machine or from a trusted proxy counts by the client that its first
    /// request names, and in the total alone when it names none.
    package var unauthenticatedPerAddress = 128

    package init() {}
}

/// Counts sockets and refuses those beyond the limits (attacks S48).
package final class ConnectionCounter: Sendable {
    private struct State {
        var total = 0
        var unauthenticated = 0
        var byAddress: [IPAddress: Int] = [:]
    }

    private let limits: ConnectionLimits
    private let state = Mutex(State())

    package init(limits: ConnectionLimits) { self.limits = limits }

    /// A place for a socket that has just been accepted; nil when there is none left.
    ///
    /// - Parameter isProxy: whether the other end may be a proxy that stands for many clients.
    package func admit(_ peer: IPAddress?, isProxy: Bool = false) -> ConnectionPermit? {
        let key = isProxy ? nil : peer?.countedAddress
        return state.withLock { state in
            let own = key.flatMap { state.byAddress[$0] } ?? 0
            guard state.total < limits.total, state.unauthenticated < limits.unauthenticated,
                own < limits.unauthenticatedPerAddress
            else { return nil }
            state.total += 1
            state.unauthenticated += 1
            if let key { state.byAddress[key] = own + 1 }
            return ConnectionPermit(counter: self, address: key)
        }
    }

    fileprivate func count(_ address: IPAddress) -> Bool {
        state.withLock { state in
            let own = state.byAddress[address] ?? 0
            guard own < limits.unauthenticatedPerAddress else { return false }
            state.byAddress[address] = own + 1
            return true
        }
    }

    package var counts: (total: Int, unauthenticated: Int) {
        state.withLock { ($0.total, $0.unauthenticated) }
    }

    fileprivate func end(_ address: IPAddress?, isAuthenticated: Bool, isOver: Bool) {
        state.withLock { state in
            if isOver { state.total -= 1 }
            guard !isAuthenticated else { return }
            state.unauthenticated -= 1
            guard let address, let count = state.byAddress[address] else { return }
            state.byAddress[address] = count > 1 ? count - 1 : nil
        }
    }
}

/// The place of one socket, given back when it closes.
package final class ConnectionPermit: Sendable {
    private enum Stage {
        case unauthenticated
        case authenticated
        case released
    }

    private struct State {
        var stage = Stage.unauthenticated
        /// What it counts under besides the total.
        var address: IPAddress?
    }

    private let counter: ConnectionCounter
    private let state: Mutex<State>

    fileprivate init(counter: ConnectionCounter, address: IPAddress?) {
        self.counter = counter
        state = Mutex(State(address: address))
    }

    /// Counts the socket under the client whose request it carries, unless it counts under an address already. False when that
    /// client has no place left.
    package func attribute(to client: IPAddress?) -> Bool {
        guard let client = client?.countedAddress else { return true }
        return state.withLock { state in
            guard state.stage == .unauthenticated, state.address == nil else { return true }
            guard counter.count(client) else { return false }
            state.address = client
            return true
        }
    }

    /// The socket is no longer one that has not said who it is.
    package func promote() {
        let before = state.withLock { state in
            defer { if state.stage == .unauthenticated { state.stage = .authenticated } }
            return state
        }
        if before.stage == .unauthenticated { counter.end(before.address, isAuthenticated: false, isOver: false) }
    }

    /// Gives the place back; further calls do nothing.
    package func release() {
        let before = state.withLock { state in
            defer { state.stage = .released }
            return state
        }
        if before.stage != .released {
            counter.end(before.address, isAuthenticated: before.stage == .authenticated, isOver: true)
        }
    }
}

extension IPAddress {
    /// What its sockets count under; nil for this machine, where programs of one person share an address.
    fileprivate var countedAddress: IPAddress? { isLoopback ? nil : subscriber }
}
