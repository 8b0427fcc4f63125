import NIOCore
import NIOHTTPTypes

/// Keeps an HTTP connection to its `HTTPPace`.
final class HTTPPaceHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private var pace: HTTPPace
    private var timer: Scheduled<Void>?

    init(_ limits: HTTPPace.Limits, now: NIODeadline) { pace = HTTPPace(limits, now: now) }

    func handlerAdded(context: ChannelHandlerContext) { look(at: pace.firstLook, context) }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head: pace.requestBegan(now: context.eventLoop.now)
        case .body: pace.requestGoesOn(now: context.eventLoop.now)
        case .end: pace.requestEnded()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head:
            pace.answerBegan(now: context.eventLoop.now)
            context.write(data, promise: promise)
        case .body(let bytes):
            pace.wrote(bytes.readableBytes)
            context.write(data, promise: promise)
        case .end:
            let left = promise ?? context.eventLoop.makePromise()
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            left.futureResult.assumeIsolated().whenSuccess { self.answerLeft(bound.value) }
            context.write(data, promise: left)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent {
            follow(pace.end(now: context.eventLoop.now), context)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    private func answerLeft(_ context: ChannelHandlerContext) {
        if pace.answerLeft(now: context.eventLoop.now) { context.channel.closeAfterAnswer() }
    }

    private func follow(_ verdict: HTTPPace.Verdict, _ context: ChannelHandlerContext) {
        switch verdict {
        case .close: context.close(promise: nil)
        case .lookAgain(let deadline): look(at: deadline, context)
        }
    }

    private func look(at deadline: NIODeadline, _ context: ChannelHandlerContext) {
        timer?.cancel()
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            guard let self else { return }
            let context = bound.value
            // A channel without the option counts as one that has sent everything; sockets always have it.
            let unsent = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
            self.follow(self.pace.look(now: context.eventLoop.now, unsent: unsent), context)
        }
    }
}

extension NIOCore.Channel {
    /// Says that nothing more comes, and closes a little later: a close at once, while bytes are still arriving, would take the
    /// answer away from the other end.
    func closeAfterAnswer() {
        close(mode: .output, promise: nil)
        eventLoop.scheduleTask(in: .seconds(1)) { self.close(promise: nil) }
    }
}
