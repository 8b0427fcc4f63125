import ClawAgent
import ClawCore
import ClawStore
import ClawTestKit
import Testing

struct SessionMailboxTests {
    private func turn(
        _ name: String, _ mode: QueueMode = .collect, cap: Int = 20, drop: QueuePolicy.Drop = .summarize,
        debounce: Int64 = 1000, messageID: String? = nil, target: ReplyTarget = .webchat, isOwner: Bool = true
    ) -> PendingTurn {
        var turn = PendingTurn(
            work: WorkID("w-\(name)"), run: RunID(name), session: AgentFixture.session, agent: AgentFixture.agent,
            text: name, acceptedAt: 0, replyTarget: target, senderIsOwner: isOwner)
        turn.queue = QueuePolicy(mode: mode, debounceMilliseconds: debounce, cap: cap, drop: drop)
        if let messageID {
            var origin = InboundMessage(
                channel: ChannelID("irc"), account: .default, peer: Peer(kind: .direct, id: "p"),
                sender: Sender(principal: "p", assurance: .claimed, displayName: "p"), text: name, timestamp: 0)
            origin.messageID = messageID
            turn.origin = origin
        }
        return turn
    }

    private func busy(_ first: PendingTurn) -> SessionMailbox {
        var mailbox = SessionMailbox()
        _ = mailbox.handle(.arrived(first), now: 0)
        return mailbox
    }

    @Test func idleSessionStartsAtOnce() {
        var mailbox = SessionMailbox()
        let first = turn("a")
        #expect(mailbox.handle(.arrived(first), now: 5) == [.start(TurnBatch(lead: first))])
        #expect(mailbox.activeRun == RunID("a"))
        #expect(mailbox.handle(.turnEnded, now: 6).isEmpty)
        #expect(mailbox.isIdle)
    }

    @Test func collectWaitsForQuietAndMerges() {
        var mailbox = busy(turn("a"))
        let (b, c, d) = (turn("b"), turn("c"), turn("d"))
        #expect(mailbox.handle(.arrived(b), now: 100).isEmpty)
        #expect(mailbox.handle(.arrived(c), now: 200).isEmpty)
        #expect(mailbox.handle(.turnEnded, now: 300) == [.wake(at: 1200)])
        // A message that comes while quiet is awaited prolongs the wait.
        #expect(mailbox.handle(.arrived(d), now: 900) == [.wake(at: 1900)])
        #expect(mailbox.handle(.woke, now: 1200) == [.wake(at: 1900)])
        let batch = TurnBatch(collecting: [b, c, d], summary: [])
        #expect(mailbox.handle(.woke, now: 1900) == [.start(batch)])
        #expect(batch.lead == d)
        #expect(batch.merged == [b, c])
        #expect(
            batch.text
                == "[Queued messages while agent was busy]\n\n---\nQueued #1\nb\n\n---\nQueued #2\nc\n\n---\nQueued #3\nd"
        )
        #expect(mailbox.handle(.woke, now: 2000).isEmpty, "a timer that is late does nothing")
    }

    /// What a turn may do is what its sender may do.
    @Test func nobodysWordsJoinTheTurnOfOneWithOtherRights() {
        var mailbox = busy(turn("a"))
        let (guest, owner) = (turn("guest", debounce: 0, isOwner: false), turn("owner", debounce: 0))
        _ = mailbox.handle(.arrived(guest), now: 1)
        _ = mailbox.handle(.arrived(owner), now: 2)
        #expect(mailbox.handle(.turnEnded, now: 3) == [.start(TurnBatch(lead: guest))])
        #expect(mailbox.handle(.turnEnded, now: 4) == [.start(TurnBatch(collecting: [owner], summary: []))])
        for mode in [QueueMode.steer, .steerBacklog] {
            let stranger = turn("stranger", mode, debounce: 0, isOwner: false)
            #expect(mailbox.handle(.arrived(stranger), now: 5).isEmpty)
            #expect(mailbox.handle(.steeringTaken, now: 6).isEmpty)
            #expect(mailbox.handle(.turnEnded, now: 7) == [.start(TurnBatch(lead: stranger))])
            mailbox = busy(turn("b"))
        }
    }

    /// One that waits for the answer to its own words gets it, whatever waits beside it.
    @Test func aFollowUpIsNeverCollected() {
        var mailbox = busy(turn("a"))
        let (alone, more) = (turn("alone", .followup, debounce: 0), turn("more", debounce: 0))
        _ = mailbox.handle(.arrived(alone), now: 1)
        _ = mailbox.handle(.arrived(more), now: 2)
        #expect(mailbox.handle(.turnEnded, now: 3) == [.start(TurnBatch(lead: alone))])
    }

    @Test func collectDoesNotMixPlaces() {
        let route = ChannelRoute(channel: ChannelID("irc"), account: .default, peer: Peer(kind: .direct, id: "x"))
        var mailbox = busy(turn("a"))
        let b = turn("b", debounce: 0)
        let c = turn("c", debounce: 0, target: .channel(route))
        _ = mailbox.handle(.arrived(b), now: 0)
        _ = mailbox.handle(.arrived(c), now: 0)
        #expect(mailbox.handle(.turnEnded, now: 0) == [.start(TurnBatch(lead: b))])
        #expect(mailbox.handle(.turnEnded, now: 0) == [.start(TurnBatch(collecting: [c], summary: []))])
    }

    @Test func followupRunsEachAlone() {
        var mailbox = busy(turn("a", .followup))
        let b = turn("b", .followup, debounce: 0)
        let c = turn("c", .followup, debounce: 0)
        _ = mailbox.handle(.arrived(b), now: 0)
        _ = mailbox.handle(.arrived(c), now: 0)
        #expect(mailbox.handle(.turnEnded, now: 0) == [.start(TurnBatch(lead: b))])
        #expect(mailbox.handle(.turnEnded, now: 0) == [.start(TurnBatch(lead: c))])
    }

    @Test func steeringIsTakenOrFollows() {
        var mailbox = busy(turn("a", .steer))
        let b = turn("b", .steer, debounce: 0)
        let c = turn("c", .steer, debounce: 0)
        _ = mailbox.handle(.arrived(b), now: 0)
        #expect(mailbox.handle(.steeringTaken, now: 1) == [.steer([b])])
        #expect(mailbox.handle(.steeringTaken, now: 1).isEmpty)
        _ = mailbox.handle(.arrived(c), now: 2)
        #expect(mailbox.handle(.turnEnded, now: 3) == [.start(TurnBatch(lead: c))])
    }

    @Test func steerBacklogDoesBoth() {
        var mailbox = busy(turn("a", .steerBacklog))
        let b = turn("b", .steerBacklog, debounce: 0)
        _ = mailbox.handle(.arrived(b), now: 0)
        #expect(mailbox.depth == 1)
        #expect(mailbox.handle(.steeringTaken, now: 1) == [.steer([b])])
        #expect(mailbox.handle(.turnEnded, now: 2) == [.start(TurnBatch(lead: b))])
    }

    @Test func interruptKeepsOnlyTheNewest() {
        var mailbox = busy(turn("a", .interrupt))
        let b = turn("b", .interrupt)
        let c = turn("c", .interrupt)
        #expect(mailbox.handle(.arrived(b), now: 0) == [.interrupt(RunID("a"))])
        #expect(mailbox.handle(.arrived(c), now: 1) == [.finish(b, .superseded), .interrupt(RunID("a"))])
        #expect(mailbox.handle(.turnEnded, now: 2) == [.start(TurnBatch(lead: c))])
    }

    @Test func fullQueueDropsByPolicy() {
        var refusing = busy(turn("a"))
        _ = refusing.handle(.arrived(turn("b", cap: 1, drop: .new)), now: 0)
        let c = turn("c", cap: 1, drop: .new)
        #expect(refusing.handle(.arrived(c), now: 0) == [.finish(c, .refused(reason: "queue full"))])

        var dropping = busy(turn("a"))
        let b = turn("b", cap: 1, drop: .old, debounce: 0)
        let d = turn("d", cap: 1, drop: .old, debounce: 0)
        _ = dropping.handle(.arrived(b), now: 0)
        #expect(dropping.handle(.arrived(d), now: 0) == [.finish(b, .superseded)])
        #expect(dropping.handle(.turnEnded, now: 0) == [.start(TurnBatch(collecting: [d], summary: []))])
    }

    @Test func summaryKeepsALineOfEachDroppedMessage() {
        var mailbox = busy(turn("a"))
        let long = String(repeating: "word ", count: 50)
        var b = turn("b", cap: 1, debounce: 0)
        b.text = "first\nline " + long
        let c = turn("c", cap: 1, debounce: 0)
        _ = mailbox.handle(.arrived(b), now: 0)
        #expect(mailbox.handle(.arrived(c), now: 0) == [.finish(b, .superseded)])
        let line = "first line " + long.dropLast(1)
        let expected = String(line.prefix(159)) + "…"
        guard case .start(let batch)? = mailbox.handle(.turnEnded, now: 0).first else {
            Issue.record("not started")
            return
        }
        #expect(
            batch.text
                == "[Queued messages while agent was busy]\n\n[Dropped 1 older message because the queue was full]\n- \(expected)\n\n---\nQueued #1\nc"
        )
    }

    @Test func repeatedPlatformMessageIsMerged() {
        var mailbox = busy(turn("a"))
        let b = turn("b", messageID: "m1")
        let again = turn("b2", messageID: "m1")
        _ = mailbox.handle(.arrived(b), now: 0)
        #expect(mailbox.handle(.arrived(again), now: 1) == [.finish(again, .merged(into: b.work))])
    }

    @Test func clearingEndsAllThatWaits() {
        var mailbox = busy(turn("a", .steerBacklog))
        let b = turn("b", .steerBacklog)
        let c = turn("c")
        _ = mailbox.handle(.arrived(b), now: 0)
        _ = mailbox.handle(.arrived(c), now: 0)
        let stopped = Outcome.silent(reason: "stopped (stop)")
        #expect(mailbox.handle(.cleared(stopped), now: 1) == [.finish(b, stopped), .finish(c, stopped)])
        #expect(mailbox.handle(.turnEnded, now: 2).isEmpty)
        #expect(mailbox.isIdle)
    }

    /// Whatever happens in whatever order, each message comes out exactly once.
    @Test func everyMessageComesOutOnce() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            var mailbox = SessionMailbox()
            var open: Set<String> = []
            var ended: Set<String> = []
            var isRunning = false
            var now: Int64 = 0
            func take(_ actions: [SessionMailbox.Action]) {
                for action in actions {
                    switch action {
                    case .start(let batch):
                        #expect(!isRunning)
                        isRunning = true
                        for turn in [batch.lead] + batch.merged {
                            #expect(ended.insert(turn.run.rawValue).inserted, "\(turn.run) ended twice")
                        }
                    case .finish(let turn, _):
                        #expect(ended.insert(turn.run.rawValue).inserted, "\(turn.run) ended twice")
                    case .steer(let turns):
                        for turn in turns where turn.queue.mode != .steerBacklog {
                            #expect(ended.insert(turn.run.rawValue).inserted, "\(turn.run) ended twice")
                        }
                    case .wake, .interrupt: break
                    }
                }
            }
            for step in 0..<40 {
                now += Int64.random(in: 0...400, using: &random)
                switch Int.random(in: 0..<10, using: &random) {
                case 0..<6:
                    let name = "t\(step)"
                    open.insert(name)
                    let modes = QueueMode.allCases
                    let drops = QueuePolicy.Drop.allCases
                    take(
                        mailbox.handle(
                            .arrived(
                                turn(
                                    name, modes.randomElement(using: &random) ?? .collect,
                                    cap: Int.random(in: 1...4, using: &random),
                                    drop: drops.randomElement(using: &random) ?? .new,
                                    debounce: Int64.random(in: 0...500, using: &random))), now: now))
                case 6 where isRunning: take(mailbox.handle(.steeringTaken, now: now))
                case 7 where isRunning:
                    isRunning = false
                    take(mailbox.handle(.turnEnded, now: now))
                case 8: take(mailbox.handle(.woke, now: now))
                case 9 where step % 2 == 0:
                    take(mailbox.handle(.withdrawn(RunID("t\(step - 2)"), .superseded), now: now))
                case 9 where step % 9 == 0: take(mailbox.handle(.cleared(.superseded), now: now))
                default: break
                }
            }
            while !mailbox.isIdle {
                now += 1000
                if isRunning {
                    isRunning = false
                    take(mailbox.handle(.turnEnded, now: now))
                } else {
                    take(mailbox.handle(.woke, now: now))
                }
            }
            #expect(open == ended)
        }
    }

    private func texted(_ name: String, by sender: String = "p", pause: Int64 = 500) -> PendingTurn {
        let peer = Peer(kind: .group, id: "#room")
        var turn = turn(
            name, messageID: name,
            target: .channel(ChannelRoute(channel: ChannelID("irc"), account: .default, peer: peer)))
        turn.origin?.sender.principal = sender
        turn.queue.gatherMilliseconds = pause
        return turn
    }

    @Test func textsInShortOrderBecomeOneTurn() {
        var mailbox = SessionMailbox()
        let (a, b) = (texted("a"), texted("b"))
        #expect(mailbox.handle(.arrived(a), now: 0) == [.wake(at: 500)])
        #expect(mailbox.handle(.arrived(b), now: 300) == [.wake(at: 800)])
        #expect(mailbox.handle(.woke, now: 500).isEmpty, "the first timer is not the last")
        let batch = TurnBatch(gathering: [a, b])
        #expect(batch.text == "a\nb")
        #expect(batch.lead == b)
        #expect(batch.merged == [a])
        #expect(mailbox.handle(.woke, now: 800) == [.start(batch)])
        #expect(mailbox.activeRun == RunID("b"))
        #expect(mailbox.handle(.turnEnded, now: 900).isEmpty)
        #expect(mailbox.isIdle)
    }

    @Test func whatCannotBeGatheredStartsWhatWas() {
        var mailbox = SessionMailbox()
        let (a, other) = (texted("a"), texted("b", by: "q"))
        _ = mailbox.handle(.arrived(a), now: 0)
        #expect(mailbox.handle(.arrived(other), now: 100) == [.start(TurnBatch(gathering: [a]))])
        #expect(mailbox.waiting == [other])

        var picture = texted("c")
        picture.images = [.text("stands for a picture")]
        mailbox = SessionMailbox()
        #expect(mailbox.handle(.arrived(picture), now: 0) == [.start(TurnBatch(lead: picture))])

        var recovered = texted("d")
        recovered.isRecovered = true
        mailbox = SessionMailbox()
        #expect(mailbox.handle(.arrived(recovered), now: 0) == [.start(TurnBatch(lead: recovered))])
    }

    @Test func aStopDropsWhatIsGathered() {
        var mailbox = SessionMailbox()
        let a = texted("a")
        _ = mailbox.handle(.arrived(a), now: 0)
        let outcome = Outcome.silent(reason: "stopped")
        #expect(mailbox.handle(.withdrawn(RunID("a"), outcome), now: 10) == [.finish(a, outcome)])
        #expect(mailbox.isIdle)
        #expect(mailbox.handle(.woke, now: 500).isEmpty)
        _ = mailbox.handle(.arrived(a), now: 600)
        #expect(mailbox.handle(.cleared(outcome), now: 610) == [.finish(a, outcome)])
        #expect(mailbox.isIdle)
    }

    @Test func theSameMessageTwiceIsGatheredOnce() {
        var mailbox = SessionMailbox()
        let a = texted("a")
        var again = texted("again")
        again.origin?.messageID = "a"
        _ = mailbox.handle(.arrived(a), now: 0)
        #expect(mailbox.handle(.arrived(again), now: 10) == [.finish(again, .merged(into: a.work))])
    }
}
