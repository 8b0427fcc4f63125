import ClawProtocol
import ClawSupport
import NIOCore

/// One WebSocket connection on its event loop: bytes in, decisions by `ConnectionMachine`, bytes out. Methods that need no
/// waiting are answered right here, without a task.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let services: ConnectionServices
    private let remote: RemoteAddress
    private let permit: ConnectionPermit
    private let id: String
    private let nonce: String
    private var context: ChannelHandlerContext?
    private var reader = WebSocketReader(maxMessage: WireLimit.maxHandshakePayload)
    private var machine = ConnectionMachine()
    private var client: ClientConnection?
    private var tasks: RequestTasks?
    private var running = 0
    private var deadline: Scheduled<Void>?
    private var isReading = false
    private var needsFlush = false
    private var isReadWanted = false

    init(services: ConnectionServices, remote: RemoteAddress, permit: ConnectionPermit) {
        self.services = services
        self.remote = remote
        self.permit = permit
        id = services.entropy.uuid()
        nonce = services.entropy.uuid()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let challenge: JSONValue = ["nonce": .string(nonce), "ts": .int64(services.time.nowMilliseconds)]
        write(EventFrame(.connectChallenge, payload: challenge).bytes)
        flush()
        let timeout = TimeAmount.milliseconds(Int64(services.handshakeTimeout))
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: timeout) { [weak self] in
            guard let self else { return }
            self.perform(self.machine.handshakeDeadline())
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        deadline?.cancel()
        deadline = nil
        tasks?.cancel()
        tasks = nil
        _ = machine.close(.normal, "")
        permit.release()
        guard let client, let context else { return }
        self.client = nil
        services.hub.leave(client.id, on: context.eventLoop)
        services.departed(client)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // The other end will send nothing more, so nothing that it asks for can come.
        if let event = event as? ChannelEvent, event == .inputClosed { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = true
        reader.feed(unwrapInboundIn(data))
        do throws(WebSocketReader.Violation) {
            while let item = try reader.next() { receive(item) }
        } catch {
            perform(machine.close(error.code, error.reason))
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        if needsFlush { flush() }
        context.fireChannelReadComplete()
    }

    private func receive(_ item: WebSocketReader.Item) {
        switch item {
        case .message(let bytes, _): perform(machine.receive(bytes))
        case .ping(let payload): write(frame: WebSocketWriter.frame(.pong, payload))
        case .pong: break
        case .close(let code, _):
            if machine.state == .closing {
                context?.close(promise: nil)
            } else {
                perform(machine.close(CloseCode(code ?? 1000), ""))
            }
        }
    }

    private func perform(_ actions: [ConnectionMachine.Action]) {
        for action in actions {
            switch action {
            case .startHandshake(let id, let params): startHandshake(id, params)
            case .dispatch(let frame): dispatch(frame)
            case .respond(let frame): respond(frame)
            case .close(let code, let reason): sendClose(code, reason)
            }
        }
    }
}

// Handshake
extension ConnectionHandler {
    private func startHandshake(_ requestID: String, _ params: ConnectParams) {
        guard let loop = context?.eventLoop else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        let handshake = services.handshake
        let (remote, nonce) = (remote, nonce)
        let isTaken = services.runner.submit {
            let outcome: Result<HandshakeAdmission, HandshakeRefusal>
            do throws(HandshakeRefusal) {
                outcome = .success(
                    try await handshake.admit(params, remote: remote, nonce: nonce))
            } catch {
                outcome = .failure(error)
            }
            loop.execute { bound.value.finishHandshake(requestID, params, outcome) }
        }
        if !isTaken {
            let busy = HandshakeRefusal(WireError(.unavailable, "too many requests are running", retryable: true))
            perform(machine.refuse(requestID, busy))
        }
    }

    private func finishHandshake(
        _ requestID: String, _ params: ConnectParams, _ outcome: Result<HandshakeAdmission, HandshakeRefusal>
    ) {
        guard let context else { return }
        switch outcome {
        case .failure(let refusal):
            services.metrics.refused(over: .webSocket, refusal.kind)
            perform(machine.refuse(requestID, refusal))
        case .success(let admission):
            guard machine.accept() else { return }
            deadline?.cancel()
            deadline = nil
            permit.promote()
            reader.maxMessage = WireLimit.maxPayload
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            let loop = context.eventLoop
            let client = ClientConnection(
                id: id, params: params, role: admission.role, scopes: admission.scopes, deviceID: admission.deviceID,
                remote: remote, connectedAt: services.time.nowMilliseconds
            ) { code, reason in
                loop.execute { bound.value.perform(bound.value.machine.close(code, reason)) }
            }
            self.client = client
            let hello = services.arrived(client, admission)
            write(ResponseFrame(id: requestID, payload: hello.json).bytes)
            services.hub.join(self, as: client, on: loop)
            services.welcomed(client)
        }
        if needsFlush { flush() }
    }
}

// Requests
extension ConnectionHandler {
    private func dispatch(_ frame: RequestFrame) {
        guard let client, let loop = context?.eventLoop else { return }
        let bound = NIOLoopBound(self, eventLoop: loop)
        let measurement = services.requests.begin(frame.method)
        do throws(WireError) {
            let entry = try services.methods.entry(frame.method, for: client)
            let call = MethodContext(connection: client, requestID: frame.id) { early in
                let bytes = early.bytes
                loop.execute { bound.value.send(bytes) }
            }
            if let method = entry.inPlace, answer(method, frame, call, measurement) { return }
            start(entry.method, frame, call, bound, measurement)
        } catch {
            measurement.end(.refused)
            respond(
                ResponseFrame(id: frame.id, error: error),
                isUnauthorizedRole: error.message.hasPrefix("unauthorized role:"))
        }
    }

    private func answer(
        _ method: any InPlaceMethod, _ frame: RequestFrame, _ call: MethodContext,
        _ measurement: RequestMetrics.Measurement
    ) -> Bool {
        do {
            switch try method.answer(frame.params, call) {
            case nil: return false
            case .value(let value)?: respond(ResponseFrame(id: frame.id, payload: value))
            case .encoded(let bytes)?:
                write(ResponseFrame.bytes(id: frame.id, encodedPayload: bytes))
                perform(machine.responded(isUnauthorizedRole: false))
            }
            measurement.end(.ok)
        } catch {
            let failure = MethodTable.failure(frame.id, error)
            respond(failure)
            measurement.end(RequestMetrics.Outcome(failure.error))
        }
        return true
    }

    private func start(
        _ method: any GatewayMethod, _ frame: RequestFrame, _ call: MethodContext,
        _ bound: NIOLoopBound<ConnectionHandler>, _ measurement: RequestMetrics.Measurement
    ) {
        let loop = bound.eventLoop
        let limit = ConnectionServices.maxRunning
        if tasks == nil { tasks = RequestTasks(runner: services.runner, limit: limit) }
        let isTaken =
            running < limit
            && tasks?.submit {
                let response = await MethodTable.respond(method, frame, call)
                let bytes = response?.bytes
                measurement.end(response.map { RequestMetrics.Outcome($0.error) } ?? .abandoned)
                loop.execute { bound.value.finish(bytes) }
            } ?? false
        if isTaken {
            running += 1
        } else {
            measurement.end(.failed)
            respond(
                ResponseFrame(
                    id: frame.id, error: WireError(.unavailable, "too many requests are running", retryable: true)))
        }
    }

    private func finish(_ bytes: [UInt8]?) {
        running -= 1
        guard let bytes else { return }
        send(bytes)
        perform(machine.responded(isUnauthorizedRole: false))
    }

    private func respond(_ frame: ResponseFrame, isUnauthorizedRole: Bool = false) {
        write(frame.bytes)
        if machine.state == .open { perform(machine.responded(isUnauthorizedRole: isUnauthorizedRole)) }
        if !isReading { flush() }
    }
}

// Writing
extension ConnectionHandler: EventSubscriber {
    func enqueue(_ frame: SharedFrame) {
        guard machine.state == .open, let channel = context?.channel else { return }
        if !channel.isWritable, buffered(channel) > services.bufferLimit {
            if frame.isDroppable {
                services.metrics.droppedEvent()
            } else {
                closeSlowConsumer()
            }
            return
        }
        write(frame: frame.bytes)
    }

    func flush() {
        needsFlush = false
        context?.flush()
    }

    /// Writes a response from outside a read, and flushes.
    private func send(_ json: [UInt8]) {
        guard machine.state == .open else { return }
        write(json)
        flush()
    }

    private func write(_ json: [UInt8]) {
        if let channel = context?.channel, !channel.isWritable, buffered(channel) > services.bufferLimit {
            closeSlowConsumer()
            return
        }
        write(frame: WebSocketWriter.text(json))
    }

    private func closeSlowConsumer() {
        if machine.state == .open { services.metrics.closedSlowConsumer() }
        perform(machine.close(.policyViolation, "slow consumer"))
    }

    private func write(frame: ByteBuffer) {
        guard let context else { return }
        context.write(wrapOutboundOut(frame), promise: nil)
        needsFlush = true
    }

    private func buffered(_ channel: any NIOCore.Channel) -> Int {
        // A channel without the option counts as unbuffered; sockets always have it.
        (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
    }

    /// Sends the close frame and gives the other end a little time to answer it, so that the frame is not lost.
    private func sendClose(_ code: CloseCode, _ reason: String) {
        guard let context else { return }
        deadline?.cancel()
        tasks?.cancel()
        write(frame: WebSocketWriter.close(code.rawValue, CloseCode.truncate(reason)))
        flush()
        let grace = TimeAmount.milliseconds(Int64(services.closeGrace))
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: grace) { [weak self] in
            self?.context?.close(promise: nil)
        }
    }
}

// Back-pressure: a client that does not read its answers is not read either.
extension ConnectionHandler {
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable || machine.state == .closing {
            context.read()
        } else {
            isReadWanted = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, isReadWanted {
            isReadWanted = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }
}
