package import ClawSupport
import Synchronization

/// How many sockets the Gateway holds at once.
package struct ConnectionLimits: Sendable, Hashable {
    /// Ten thousand clients, and room for whoever looks what is the matter.
    package var total = 12_000
    /// Sockets that have not said who they are.
    package var unauthenticated = 2048
    /// Those among them that speak HTTP and stay after their answer; beyond these each is closed when it has its answer, so
    /// that there is room for handshakes.
    package var unauthenticatedHTTP = 1024
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
        var unauthenticatedHTTP = 0
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

    fileprivate func speaksHTTP() { state.withLock { $0.unauthenticatedHTTP += 1 } }

    fileprivate var hasRoomForUnknownHTTP: Bool {
        state.withLock { $0.unauthenticatedHTTP <= limits.unauthenticatedHTTP }
    }

    /// A socket is none any more that has not said who it is, or none at all.
    fileprivate func leave(_ address: IPAddress?, _ stage: ConnectionPermit.Stage, isOver: Bool) {
        state.withLock { state in
            if isOver { state.total -= 1 }
            guard stage != .authenticated else { return }
            state.unauthenticated -= 1
            if stage == .http { state.unauthenticatedHTTP -= 1 }
            guard let address, let count = state.byAddress[address] else { return }
            state.byAddress[address] = count > 1 ? count - 1 : nil
        }
    }
}

/// The place of one socket, given back when it closes.
package final class ConnectionPermit: Sendable {
    fileprivate enum Stage {
        case unauthenticated
        /// Speaks HTTP, and no request has shown who it is.
        case http
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

    package var isAuthenticated: Bool { state.withLock { $0.stage == .authenticated } }

    /// Whether the socket may stay open when it has its answer.
    package var mayStay: Bool { isAuthenticated || counter.hasRoomForUnknownHTTP }

    /// The socket will be no WebSocket.
    package func speaksHTTP() {
        if move(to: .http, from: [.unauthenticated]) != nil { counter.speaksHTTP() }
    }

    /// The socket is no longer one that has not said who it is.
    package func promote() {
        guard let before = move(to: .authenticated, from: [.unauthenticated, .http]) else { return }
        counter.leave(before.address, before.stage, isOver: false)
    }

    /// Gives the place back; further calls do nothing.
    package func release() {
        guard let before = move(to: .released, from: [.unauthenticated, .http, .authenticated]) else { return }
        counter.leave(before.address, before.stage, isOver: true)
    }

    /// What was before; nil when the socket is in none of the stages from which it may go on.
    private func move(to stage: Stage, from stages: [Stage]) -> State? {
        state.withLock { state in
            guard stages.contains(state.stage) else { return nil }
            defer { state.stage = stage }
            return state
        }
    }
}

extension IPAddress {
    /// What its sockets count under; nil for this machine, where programs of one person share an address.
    fileprivate var countedAddress: IPAddress? { isLoopback ? nil : subscriber }
}
