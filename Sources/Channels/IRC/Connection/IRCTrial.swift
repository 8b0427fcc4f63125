import ClawSupport
import NIOCore

/// A connection that only finds out whether the server takes the bot: it ends as soon as the server has welcomed it.
struct IRCTrial: Sendable {
    private let settings: IRCSettings
    private let transport: IRCTransport
    private let time: any TimeSource

    /// - Parameter suffix: part of the nick, so that the trial takes nobody's name.
    init(_ settings: IRCSettings, transport: IRCTransport, time: any TimeSource, suffix: UInt8) {
        var settings = settings
        settings.nick = Self.nick(settings.nick, suffix: suffix)
        settings.rooms = []
        // NickServ would be asked to throw out who has the nick.
        settings.nickServ = nil
        self.settings = settings
        self.transport = transport
        self.time = time
    }

    /// Nine characters are what the oldest networks take.
    static func nick(_ nick: String, suffix: UInt8) -> String { "\(nick.prefix(5))_\(suffix)" }

    /// Throws `IRCCloseReason` when the server cannot be reached or does not welcome the bot, and `CancellationError`.
    func run(timeout: Duration) async throws {
        let limit = min(TimeAmount.milliseconds(timeout.wholeMilliseconds), IRCTransport.connectTimeout)
        let stream: IRCTransport.Stream
        do { stream = try await transport.connect(timeout: limit) } catch {
            throw IRCCloseReason.connectFailed("\(settings.host):\(settings.port): \(error)")
        }
        let outcome: IRCCloseReason?
        do {
            outcome = try await stream.executeThenClose { inbound, outbound in
                await register(IRCLine(inbound: inbound, outbound: outbound, channel: stream.channel))
            }
        } catch {
            throw IRCCloseReason.broken("\(error)")
        }
        try Task.checkCancellation()
        if let outcome { throw outcome }
    }

    /// Nil when the server has welcomed the bot.
    private func register(_ line: IRCLine) async -> IRCCloseReason? {
        var machine = IRCConnectionMachine(settings: settings)
        var splitter = IRCLineSplitter()
        do {
            if let reason = try await perform(machine.start(now: time.monotonicNanoseconds), line) { return reason }
            for try await buffer in line.inbound {
                for bytes in splitter.take(buffer.readableBytesView) {
                    guard let message = IRCMessage(line: bytes) else { continue }
                    let actions = machine.receive(message, now: time.monotonicNanoseconds)
                    if let reason = try await perform(actions, line) { return reason }
                    guard machine.phase == .negotiating else {
                        line.sayGoodbye()
                        return nil
                    }
                }
            }
            return .closedByServer
        } catch {
            return .broken("\(error)")
        }
    }

    private func perform(_ actions: [IRCAction], _ line: IRCLine) async throws -> IRCCloseReason? {
        for action in actions {
            switch action {
            case .send(let message): try await line.write(message)
            case .close(let reason): return reason
            case .deliver, .ready, .note: break
            }
        }
        return nil
    }
}
