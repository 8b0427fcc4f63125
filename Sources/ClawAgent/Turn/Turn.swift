import ClawCore
import ClawStore
import ClawSupport
import Logging

/// One exchange, from the accepted message to its outcome. This is the main flow: open the session, assemble, loop,
/// persist, reply. Whatever happens on the way, the message ends with an answer, a typed silence or a visible error.
struct Turn: Sendable {
    let ports: TurnPorts
    let batch: TurnBatch
    let handle: RunHandle
    let takeSteering: @Sendable () -> [PendingTurn]

    private var lead: PendingTurn { batch.lead }

    /// Runs the turn in the caller's task. An abort cancels the loop only: what follows keeps what was said.
    func run() async -> RunStatus {
        let startedAt = ports.time.nowMilliseconds
        let emitter = RunEmitter(run: lead.run, session: lead.session, sink: ports.sink, time: ports.time)
        emitter.emit(.started)
        ports.trace.reached(.takeTurn, lead.work.rawValue)
        do {
            guard let settings = ports.settings(lead.agent) else {
                throw ClawError(.notFound, "There is no agent \"\(lead.agent)\".")
            }
            let record = try await ports.sessions.open(lead.session, agent: lead.agent)
            var recorder = TurnRecorder(ports: ports, record: record, batch: batch, workspace: settings.workspace)
            ports.trace.reached(.assemble, lead.work.rawValue)
            let plan = try await TurnPlan.make(
                batch: batch, settings: settings, record: record, ports: ports, recorder: &recorder)
            let loop = ModelLoop(
                ports: ports, plan: plan, recorder: recorder, emitter: emitter, takeSteering: takeSteering)
            ports.trace.reached(.think, lead.work.rawValue)
            let timeout = lead.timeout ?? settings.timeout
            let result = await handle.run(timeout: timeout == .zero ? nil : timeout, time: ports.time) {
                var loop = loop
                return await loop.run()
            }
            guard let result else { throw CancellationError() }
            let prefix = settings.responsePrefix?.text(
                model: result.model?.reference, thinking: result.model.map { plan.thinking(for: $0) })
            return try await conclude(result, prefix: prefix ?? "", emitter: emitter, startedAt: startedAt)
        } catch {
            return await fail(error, emitter: emitter, startedAt: startedAt)
        }
    }

    /// Persists what the loop left and tells everybody.
    private func conclude(
        _ result: ModelLoop.Result, prefix: String, emitter: RunEmitter, startedAt: Int64
    ) async throws -> RunStatus {
        ports.trace.reached(.shape, lead.work.rawValue)
        let composer = ReplyComposer(agent: lead.agent, target: lead.replyTarget, prefix: prefix)
        let reply = composer.compose(result.text.allParts)
        let ending = TurnEnding(
            end: result.end, reply: reply, composer: composer, abort: handle.reason, run: lead.run,
            now: ports.time.nowMilliseconds, hasParts: !result.text.allParts.isEmpty)
        // A restart goes on with this turn from its last recorded entry, so nothing of it is ended here.
        guard let outcome = ending.outcome else {
            emitter.emit(ending.event, usage: result.usage.sum)
            return .aborted(startedAt: startedAt, endedAt: ports.time.nowMilliseconds, reason: .shutdown)
        }
        var recorder = result.recorder
        if let message = ending.message(model: result.model) {
            recorder.add(.assistant(message), extras: ending.extras)
        }
        var patch = result.usage.patch(
            model: result.model, isAborted: ending.isAborted, now: ports.time.nowMilliseconds)
        for (key, value) in lead.route?.patch ?? [:] { patch[key] = value }
        try await recorder.commitEnd(patch: patch, deliveries: ending.deliveries, outcome: outcome)
        emitter.emit(ending.event, usage: result.usage.sum)
        return ending.status(startedAt: startedAt, endedAt: ports.time.nowMilliseconds)
    }

    /// The turn broke outside of the loop, most likely in the store: tell people, and end the rows if that works.
    private func fail(_ error: any Error, emitter: RunEmitter, startedAt: Int64) async -> RunStatus {
        let now = ports.time.nowMilliseconds
        if handle.reason == .shutdown || error is CancellationError {
            emitter.emit(.aborted(reason: .shutdown, partialText: ""))
            return .aborted(startedAt: startedAt, endedAt: now, reason: .shutdown)
        }
        let sentence = FailureText.sentence(for: error)
        ports.logger.error("turn failed", metadata: ["run": "\(lead.run)", "error": "\(error)"])
        emitter.emit(.failed(message: sentence))
        await FailedTurnNotice(ports: ports, batch: batch).record(sentence)
        return .failed(startedAt: startedAt, endedAt: now, error: sentence)
    }
}
