package import ClawCore
import ClawSupport
import NIOCore
import Synchronization

extension IRCChannel {
    /// A connection that is online is asked with a PING of its own. Without one, a second connection under another nick, which
    /// joins nothing and speaks to nobody, finds out how far the settings lead.
    package func probe(timeout: Duration) async throws -> ChannelProbe {
        let isOnline = state.withLock { $0.machine.isOnline }
        var probe = ChannelProbe(
            details: [
                "host": .string(settings.host), "port": .int(settings.port), "tls": .bool(settings.tls != nil),
                "nick": .string(isOnline ? identity.nick : settings.nick), "via": isOnline ? "ping" : "connect",
            ],
            // Networks ban who connects too often.
            validity: isOnline ? .seconds(1) : .seconds(10))
        let start = time.monotonicNanoseconds
        do {
            try await withDeadline(timeout, time, throwing: IRCProbeTimeout(limit: timeout)) {
                if isOnline { try await self.roundTrip() } else { try await self.trial.run(timeout: timeout) }
            }
            probe.latency = Int((time.monotonicNanoseconds - start) / 1_000_000)
        } catch let error as CancellationError {
            throw error
        } catch {
            probe.error = "\(error)"
        }
        return probe
    }

    private var trial: IRCTrial {
        let suffix = entropy.bytes(1).first ?? 0
        return IRCTrial(settings, transport: transport, time: time, suffix: suffix)
    }

    /// Returns when the server has answered a PING.
    private func roundTrip() async throws {
        let token = "claw-probe-\(entropy.bytes(6).map { String($0, radix: 16) }.joined())"
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (error, say): ((any Error)?, (@Sendable (IRCMessage) -> Void)?) = state.withLock { state in
                    // Whoever cancels takes this lock after the task is marked, so one of the two sees the other.
                    if Task.isCancelled { return (CancellationError(), nil) }
                    guard state.machine.isOnline, let say = state.say else {
                        return (IRCCloseReason.closedByServer, nil)
                    }
                    state.pings[token] = continuation
                    return (nil, say)
                }
                if let error { continuation.resume(throwing: error) }
                say?(IRCMessage("PING", token))
            }
        } onCancel: {
            state.withLock { $0.pings.removeValue(forKey: token) }?.resume(throwing: CancellationError())
        }
    }
}

/// Nobody answered in time.
struct IRCProbeTimeout: Error, CustomStringConvertible {
    let limit: Duration

    var description: String { "The server did not answer within \(limit.wholeMilliseconds) ms." }
}
