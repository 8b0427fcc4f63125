import ClawConfig
import ClawSupport
import Testing

@Suite struct ReloadPlanTests {
    private func plan(_ old: String, _ new: String) throws -> ReloadPlan {
        ReloadPlan(
            from: try #require(try JSONParser.parse(old).objectValue),
            to: try #require(try JSONParser.parse(new).objectValue))
    }

    @Test(
        arguments: [
            ("gateway.port", .restart), ("gateway.auth.token", .restart), ("gateway.toolsmith", .restart),
            ("gateway.remote.url", .nextCommand), ("gateway.reload.mode", .atOnce),
            ("gateway.tools.deny", .nextRequest),
            ("agents.list", .nextTurn), ("session.reset.mode", .nextMessage),
            ("session.maintenance.mode", .nextCleanUp),
            ("channels.irc.host", .channel), ("logging.level", .atOnce), ("env.X", .restart),
            ("plugins.allow", .restart),
            ("auth.order", .restart), ("somethingNew", .restart), ("meta.lastTouchedAt", .unread),
        ] as [(String, ReloadPlan.Effect)])
    func theFirstRuleThatFitsDecides(_ path: String, _ effect: ReloadPlan.Effect) {
        #expect(ReloadPlan.effect(of: path) == effect)
    }

    @Test func changesAreFoundByPathAndListsCountAsWholes() throws {
        let plan = try plan(
            #"{"gateway":{"port":1,"bind":"lan"},"agents":{"list":[{"id":"a"}]},"channels":{"irc":{"host":"x"},"b":{"y":1}}}"#,
            #"{"gateway":{"port":2,"bind":"lan"},"agents":{"list":[{"id":"b"}]},"channels":{"irc":{"host":"z"},"b":{"y":1}}}"#
        )
        #expect(plan.paths == ["agents.list", "channels.irc.host", "gateway.port"])
        #expect(plan.channels == ["irc"])
        #expect(plan.restartPaths == ["gateway.port"])
    }

    @Test func channelsThatComeAndGoAndWhatTheyShare() throws {
        #expect(try plan(#"{"channels":{}}"#, #"{"channels":{"irc":{"host":"x"}}}"#).channels == ["irc"])
        #expect(try plan(#"{"channels":{"irc":{"host":"x"}}}"#, #"{"channels":{}}"#).channels == ["irc"])
        let shared = try plan(
            #"{"channels":{"defaults":{"groupPolicy":"open"},"irc":{},"b":{}}}"#,
            #"{"channels":{"defaults":{"groupPolicy":"disabled"},"irc":{},"b":{}}}"#)
        #expect(shared.channels == ["irc", "b"])
        #expect(try plan("{}", "{}").isEmpty)
    }

    @Test func modesDecide() throws {
        let hot = try plan(#"{"tools":{"deny":[]}}"#, #"{"tools":{"deny":["x"]}}"#)
        let cold = try plan(
            #"{"gateway":{"port":1},"tools":{"deny":[]}}"#, #"{"gateway":{"port":2},"tools":{"deny":["x"]}}"#)
        #expect(ReloadMode.allCases.map { $0.decision(hot) } == [.apply, .apply, .restart, .postpone])
        #expect(ReloadMode.allCases.map { $0.decision(cold) } == [.restart, .postpone, .restart, .postpone])
    }
}
