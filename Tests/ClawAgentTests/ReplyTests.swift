import ClawAgent
import ClawCore
import ClawTestKit
import Testing

struct ReplyTests {
    @Test(arguments: [
        ("Hello.", "Hello."), ("NO_REPLY", ""), ("  NO_REPLY \n", ""), ("Done. NO_REPLY", "Done. "),
        ("Done.NO_REPLY", "Done."), ("a NO_REPLY b", "a b"), ("NO_NO_REPLYREPLY", "NO_ REPLY"),
        ("NO_[[reply_to_current]]REPLY", "NO_ REPLY"), ("NO_REP", "NO_REP"), ("N", "N"), ("NOT", "NOT"),
        ("[[reply_to_current]] Hi", "Hi"), ("Hi [[ reply_to : 42 ]] you", "Hi you"), ("[[AUDIO_AS_VOICE]]Hi", "Hi"),
        ("if [[ -f x ]]; then", "if [[ -f x ]]; then"), ("a [[b", "a [[b"), ("[", "["), ("[[", "[["),
        ("Look:\nMEDIA: /tmp/a.png\nThere.", "Look:\nThere."), ("MEDIA:x", ""), ("MEDIUM", "MEDIUM"),
        ("```\nMEDIA: kept\n```\nMEDIA: gone", "```\nMEDIA: kept\n```\n"), ("see MEDIA: inline", "see MEDIA: inline"),
    ])
    func filterLetsThroughWhatPeopleMaySee(_ input: String, _ expected: String) {
        #expect(ReplyFilter(whole: input).text == expected)
    }

    @Test func directivesAreRead() {
        let filter = ReplyFilter(whole: "[[reply_to:abc]] [[audio_as_voice]] x\nMEDIA: a/b.png")
        var expected = ReplyDirectives()
        expected.replyTo = "abc"
        expected.audioAsVoice = true
        expected.media = ["a/b.png"]
        #expect(filter.directives == expected)
    }

    /// The way a text is cut into pieces does not matter, and no order of pieces lets the silence token through.
    @Test func piecesDoNotMatterAndTheTokenNeverPasses() {
        var random = SeededGenerator(seed: 11)
        let fragments = [
            "NO_REPLY", "NO_", "REPLY", "N", "O", "[[reply_to_current]]", "[[", "]]", "[", "]", "\n", " ", "MEDIA:",
            "x",
            "```", "é", "[[reply_to: 7]]", "NO", "_REPLY", "MED", "ü ", "[[audio_as_voice]]", "`",
        ]
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 1...14, using: &random))
                .map { _ in fragments.randomElement(using: &random) ?? "" }.joined()
            let whole = ReplyFilter(whole: text)
            var filter = ReplyFilter()
            var shown = ""
            var rest = Array(text)
            while !rest.isEmpty {
                let count = min(rest.count, Int.random(in: 1...5, using: &random))
                shown += filter.append(String(rest.prefix(count)))
                rest.removeFirst(count)
                #expect(!shown.contains(ReplyFilter.sentinel))
            }
            shown += filter.finish()
            #expect(shown == whole.text, "\(text.debugDescription)")
            #expect(filter.directives == whole.directives)
            #expect(filter.sawSentinel == whole.sawSentinel)
            #expect(!whole.text.contains(ReplyFilter.sentinel))
            let route = ChannelRoute(
                channel: ChannelID("irc"), account: .default, peer: Peer(kind: .direct, id: "x"),
                textLimit: Int.random(in: 4...30, using: &random))
            let reply = ReplyComposer(agent: AgentFixture.agent, target: .channel(route)).compose([
                text, "NO_", "REPLY",
            ])
            #expect(!reply.text.contains(ReplyFilter.sentinel))
            for block in reply.blocks { #expect(!block.text.contains(ReplyFilter.sentinel)) }
        }
    }

    @Test func compositionJoinsAnswersAndDropsSilentOnes() {
        let composer = ReplyComposer(agent: AgentFixture.agent, target: .webchat)
        let reply = composer.compose(["First. ", "NO_REPLY", "Last.\nMEDIA: /etc/passwd"])
        #expect(reply.text == "First.\n\nLast.\n\n[attachment not sent: passwd]")
        #expect(reply.isSilent == false)
        #expect(reply.blocks.isEmpty)
        #expect(composer.compose(["NO_REPLY"]).isSilent)
        #expect(composer.compose([""]).isSilent == false)
        #expect(composer.compose(["HEARTBEAT_OK"]).isSilent)
        #expect(composer.compose(["HEARTBEAT_OK All is well."]).text == "All is well.")
        #expect(composer.compose(["They say HEARTBEAT_OK here."]).text == "They say HEARTBEAT_OK here.")
    }

    @Test(arguments: [
        ("auto", "[Molly]"), ("[{model}]", "[sonnet-4]"), ("{modelFull}:", "anthropic/vendor/sonnet-4:"),
        ("{PROVIDER} {think} {thinkingLevel}", "anthropic low low"), ("{identity.name}>", "Molly>"),
        ("{other} {", "{other} {"),
        ("", ""),
    ])
    func prefixesNameModelAndAgent(_ template: String, _ expected: String) {
        let prefix = ResponsePrefix(template: template, agentName: "Molly")
        let model = ModelReference(provider: "anthropic", model: "vendor/sonnet-4")
        #expect(prefix.text(model: model, thinking: .low) == expected)
    }

    @Test func anAgentWithoutANameHasNoAutomaticPrefix() {
        #expect(ResponsePrefix(template: "auto", agentName: nil).text(model: nil, thinking: nil) == "")
    }

    @Test func onlyAnswersOnChannelsHaveThePrefixAndOnlyOnce() {
        let route = ChannelRoute(
            channel: ChannelID("irc"), account: .default, peer: Peer(kind: .direct, id: "x"), textLimit: 20)
        let composer = ReplyComposer(agent: AgentFixture.agent, target: .channel(route), prefix: "[Molly]")
        let reply = composer.compose(["Twelve and thirteen make more."])
        #expect(reply.blocks.map(\.text) == ["[Molly] Twelve and", "thirteen make more."])
        #expect(reply.text == "Twelve and thirteen make more.")
        #expect(composer.compose(["[Molly] Hi"]).blocks.map(\.text) == ["[Molly] Hi"])
        #expect(composer.compose(["NO_REPLY"]).blocks == [])
        #expect(composer.notice("It broke.").map(\.text) == ["It broke."])
    }
}
