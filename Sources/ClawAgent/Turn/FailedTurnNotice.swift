import ClawCore
import ClawStore
import ClawSupport
import Logging

/// Tells people of a turn that could not be recorded as a whole, row by row, as far as the store still works.
struct FailedTurnNotice: Sendable {
    let ports: TurnPorts
    let batch: TurnBatch

    /// Queues the error for the chat, then ends the rows. A row that cannot be ended stays for the next start.
    func record(_ sentence: String) async {
        let lead = batch.lead
        let composer = ReplyComposer(agent: lead.agent, target: lead.replyTarget)
        let notices = composer.notice(FailureText.reply(sentence))
        for (position, notice) in notices.enumerated() {
            await attempt("error reply") {
                _ = try await ports.journal.admit(
                    NewWork(
                        kind: .delivery, dedupeKey: "\(lead.work):error:\(position)", payload: notice.payload,
                        session: lead.session, run: lead.run, parent: lead.work))
            }
        }
        if !notices.isEmpty { ports.wakeOutbox() }
        for turn in batch.merged { await finish(turn, .merged(into: lead.work)) }
        await finish(lead, .failed(reason: String(TextCut.prefix(sentence, bytes: 500)), told: true))
    }

    private func finish(_ turn: PendingTurn, _ outcome: Outcome) async {
        await attempt("outcome") {
            do {
                try await ports.journal.finish(turn.work, outcome)
            } catch JournalError.alreadyFinished {
                // An earlier commit of the turn has ended this row.
            }
        }
    }

    private func attempt(_ what: String, _ work: () async throws -> Void) async {
        do {
            try await work()
        } catch {
            ports.logger.error(
                "cannot record the end of a turn",
                metadata: ["run": "\(batch.lead.run)", "what": "\(what)", "error": "\(error)"])
        }
    }
}
