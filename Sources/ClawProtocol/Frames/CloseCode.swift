/// Why a connection ends, as the WebSocket close frame says it.
package struct CloseCode: Sendable, Hashable {
    package let rawValue: UInt16

    package init(_ rawValue: UInt16) { self.rawValue = rawValue }

    package static let normal = CloseCode(1000)
    package static let goingAway = CloseCode(1001)
    package static let protocolError = CloseCode(1002)
    /// The frame held data that does not fit its type, such as text that is no UTF-8.
    package static let invalidData = CloseCode(1007)
    package static let policyViolation = CloseCode(1008)
    package static let tooLarge = CloseCode(1009)
    /// Shutdown or restart; clients take it as expected and reconnect.
    package static let serviceRestart = CloseCode(1012)

    /// Cuts a reason to the 120 bytes of UTF-8 that the protocol allows, at a character boundary.
    package static func truncate(_ reason: String) -> String {
        if reason.utf8.count <= 120 { return reason }
        var kept = ""
        var count = 0
        for character in reason {
            count += character.utf8.count
            if count > 120 { break }
            kept.append(character)
        }
        return kept
    }
}

/// The numbers that both ends of a connection agree on.
package enum WireLimit {
    /// The version that this program speaks.
    package static let protocolVersion = 3
    /// Bytes of one message from a client: `policy.maxPayload`.
    package static let maxPayload = 26_214_400
    /// Bytes that may wait for one connection: `policy.maxBufferedBytes`.
    package static let maxBufferedBytes = 52_428_800
    /// Milliseconds between two `tick` events.
    package static let tickInterval = 30_000
    /// Milliseconds from the opened socket to the accepted `connect`.
    package static let handshakeTimeout = 10_000
    /// Bytes of one message before the handshake is complete.
    package static let maxHandshakePayload = 65_536
}
