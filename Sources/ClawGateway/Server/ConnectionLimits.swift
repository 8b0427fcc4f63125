import Synchronization

/// How many sockets the Gateway holds at once.
package struct ConnectionLimits: Sendable, Hashable {
    /// Ten thousand clients, and room for whoever looks what is the matter.
    package var total = 12_000
    /// Sockets that have not said who they are.
    package var unauthenticated = 2048
    /// The same for one address elsewhere. This machine counts only in the total: behind a proxy on it all clients share one
    /// address.
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
    package func admit(_ peer: IPAddress?) -> ConnectionPermit? {
        let key = peer.flatMap { $0.isLoopback ? nil : $0.subscriber }
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

    private let counter: ConnectionCounter
    private let address: IPAddress?
    private let stage = Mutex(Stage.unauthenticated)

    fileprivate init(counter: ConnectionCounter, address: IPAddress?) {
        self.counter = counter
        self.address = address
    }

    /// The socket is no longer one that has not said who it is.
    package func promote() {
        let isFirst = stage.withLock { stage in
            guard stage == .unauthenticated else { return false }
            stage = .authenticated
            return true
        }
        if isFirst { counter.end(address, isAuthenticated: false, isOver: false) }
    }

    /// Gives the place back; further calls do nothing.
    package func release() {
        let before = stage.withLock { stage in
            defer { stage = .released }
            return stage
        }
        if before != .released {
            counter.end(address, isAuthenticated: before == .authenticated, isOver: true)
        }
    }
}
