package import ClawCore
import ClawSupport
import Logging
import NIOCore
import Synchronization

extension IRCChannel {
    package func run(sink: any InboundSink) async throws {
        state.withLock {
            $0.status.running = true
            $0.status.lastStartAt = time.nowMilliseconds
        }
        while !Task.isCancelled {
            let reason = await connection(sink: sink)
            if Task.isCancelled { break }
            let wait = noteFailure(reason)
            do { try await time.sleep(for: wait) } catch { break }
        }
        state.withLock {
            $0.status.running = false
            $0.status.lastStopAt = time.nowMilliseconds
        }
    }

    private func noteFailure(_ reason: IRCCloseReason) -> Duration {
        let bytes = entropy.bytes(1)
        let wait = state.withLock { state in
            let wait = state.reconnect.failed(
                reason, now: time.monotonicNanoseconds, random: Double(bytes[0]) / 255)
            state.status.lastError = reason.description
            state.status.reconnectAttempts = state.reconnect.attempts
            return wait
        }
        logger.notice(
            "IRC connection ended", metadata: ["account": "\(account)", "reason": "\(reason)", "retryIn": "\(wait)"])
        return wait
    }

    /// One connection from the first byte to the last; tells why it ended.
    private func connection(sink: any InboundSink) async -> IRCCloseReason {
        let stream: IRCTransport.Stream
        do { stream = try await transport.connect() } catch {
            return .connectFailed("\(settings.host):\(settings.port): \(error)")
        }
        var reason = IRCCloseReason.closedByServer
        do {
            reason = try await stream.executeThenClose { inbound, outbound in
                await converse(IRCLine(inbound: inbound, outbound: outbound, channel: stream.channel), sink: sink)
            }
        } catch {
            // Closing a stream that is already broken says so again; the first reason stands.
            logger.debug("IRC stream did not close cleanly", metadata: ["error": "\(error)"])
        }
        let (news, pings) = state.withLock { ($0.disconnected(reason), $0.takePings()) }
        for item in news { item.tell() }
        for ping in pings { ping.resume(throwing: reason) }
        return reason
    }

    private func converse(_ line: IRCLine, sink: any InboundSink) async -> IRCCloseReason {
        let (wakeups, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let first = state.withLock { state in
            state.connecting(wake: wake, say: { line.writeNow($0) }, now: time.monotonicNanoseconds)
        }
        do { _ = try await perform(first, line, sink) } catch { return .broken("\(error)") }
        return await withTaskGroup(of: IRCCloseReason.self) { group in
            group.addTask { await self.read(line, sink) }
            group.addTask { await self.write(line, wakeups) }
            group.addTask { await self.watch(line, sink) }
            let reason = await group.next() ?? .closedByServer
            if Task.isCancelled { line.sayGoodbye() }
            group.cancelAll()
            return reason
        }
    }

    private func read(_ line: IRCLine, _ sink: any InboundSink) async -> IRCCloseReason {
        var splitter = IRCLineSplitter()
        do {
            for try await buffer in line.inbound {
                for bytes in splitter.take(buffer.readableBytesView) {
                    guard let message = IRCMessage(line: bytes) else { continue }
                    if let reason = try await perform(receive(message), line, sink) { return reason }
                }
            }
            return .closedByServer
        } catch {
            return .broken("\(error)")
        }
    }

    private func receive(_ message: IRCMessage) -> [IRCAction] {
        let now = time.monotonicNanoseconds
        let (actions, news, ping) = state.withLock { state in
            let completions = state.queue.receive(message, network: state.machine.network)
            let ping = message.command == "PONG" ? state.pings.removeValue(forKey: message.text) : nil
            return (state.machine.receive(message, now: now), state.finish(completions), ping)
        }
        for item in news { item.tell() }
        ping?.resume()
        return actions
    }

    /// Writes what waits for flood control, one line after the other.
    private func write(_ line: IRCLine, _ wakeups: AsyncStream<Void>) async -> IRCCloseReason {
        do {
            for await _ in wakeups {
                var isBusy = true
                while isBusy {
                    let now = time.monotonicNanoseconds
                    switch state.withLock({ $0.machine.isOnline ? $0.queue.next(now: now) : .idle }) {
                    case .write(let message): try await line.write(message)
                    case .wait(let nanoseconds): try await time.sleep(for: .nanoseconds(Int64(nanoseconds)))
                    case .idle: isBusy = false
                    }
                }
            }
            return .closedByServer
        } catch {
            return .broken("\(error)")
        }
    }

    /// Lets the machine act when time has passed.
    private func watch(_ line: IRCLine, _ sink: any InboundSink) async -> IRCCloseReason {
        do {
            while true {
                let now = time.monotonicNanoseconds
                let deadline = state.withLock { $0.machine.nextDeadline }
                // A deadline may move closer while this sleeps, so it never sleeps long.
                let wait = min(max(deadline, now + 10_000_000) - now, 5_000_000_000)
                try await time.sleep(for: .nanoseconds(Int64(wait)))
                let actions = state.withLock { $0.machine.tick(now: time.monotonicNanoseconds) }
                if let reason = try await perform(actions, line, sink) { return reason }
            }
        } catch {
            return .broken("\(error)")
        }
    }

    /// Does what the machine wants; a reason ends the connection.
    private func perform(
        _ actions: [IRCAction], _ line: IRCLine, _ sink: any InboundSink
    ) async throws -> IRCCloseReason? {
        for action in actions {
            switch action {
            case .send(let message): try await line.write(message)
            case .deliver(let message, let services): try await deliver(message, services: services, sink)
            case .ready: noteReady()
            case .note(let note): log(note)
            case .close(let reason): return reason
            }
        }
        return nil
    }

    private func noteReady() {
        let (nick, wake) = state.withLock { state in
            state.status.connected = true
            state.status.lastConnectedAt = time.nowMilliseconds
            state.status.lastError = nil
            state.status.reconnectAttempts = 0
            state.reconnect.cameOnline(now: time.monotonicNanoseconds)
            return (state.machine.nick, state.wake)
        }
        wake?.yield()
        logger.notice("IRC connected", metadata: ["account": "\(account)", "nick": "\(nick)"])
    }

    private func deliver(_ line: IRCMessage, services: String?, _ sink: any InboundSink) async throws {
        let inbound = state.withLock { state in
            IRCInbound(channel: id, account: account, nick: state.machine.nick, network: state.machine.network)
        }
        trace.reached(.receive, line.tags["msgid"] ?? "")
        guard let message = inbound.translate(line, services: services, now: time.nowMilliseconds) else { return }
        trace.reached(.translate, message.messageID ?? "")
        state.withLock { $0.status.lastInboundAt = time.nowMilliseconds }
        // IRC does not send a message again, so one that cannot be recorded now is tried again here.
        for attempt in 1...3 {
            do {
                _ = try await sink.accept(message)
                return
            } catch let error as CancellationError {
                throw error
            } catch {
                logger.error(
                    "IRC message could not be recorded",
                    metadata: ["account": "\(account)", "attempt": "\(attempt)", "error": "\(error)"])
                if attempt < 3 { try await time.sleep(for: .seconds(attempt)) }
            }
        }
    }

    private func log(_ note: IRCNote) {
        let here = Logger.MetadataValue.string(account.rawValue)
        switch note {
        case .loggedIn(let name):
            logger.notice("IRC logged in to services", metadata: ["account": here, "services": "\(name)"])
        case .nickInUse(let wanted, let using):
            logger.warning("IRC nick in use", metadata: ["account": here, "wanted": "\(wanted)", "using": "\(using)"])
        case .joined(let room):
            logger.info("IRC room joined", metadata: ["account": here, "room": "\(room)"])
        case .joinRefused(let room, let reason):
            state.withLock { $0.status.lastError = "Cannot join \(room): \(reason)" }
            logger.warning("IRC room refused", metadata: ["account": here, "room": "\(room)", "reason": "\(reason)"])
        case .kicked(let room, let by, let reason):
            logger.warning(
                "IRC kicked", metadata: ["account": here, "room": "\(room)", "by": "\(by)", "reason": "\(reason)"])
        case .capabilityUnavailable(let name):
            logger.warning("IRC server lacks a capability", metadata: ["account": here, "capability": "\(name)"])
        }
    }
}

/// The two directions of a connection.
struct IRCLine: Sendable {
    let inbound: NIOAsyncChannelInboundStream<ByteBuffer>
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    let channel: any NIOCore.Channel

    func write(_ message: IRCMessage) async throws {
        try await outbound.write(ByteBuffer(bytes: try message.encoded()))
    }

    /// Writes without waiting, and without learning whether it arrived.
    func writeNow(_ message: IRCMessage) {
        // What is written so is made of our own words, which always fit a line.
        guard let bytes = try? message.encoded() else { return }
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    /// The last line of a task that was cancelled, and may therefore no longer wait for anything.
    func sayGoodbye() { writeNow(IRCMessage("QUIT", "OpenClaw stops")) }
}
