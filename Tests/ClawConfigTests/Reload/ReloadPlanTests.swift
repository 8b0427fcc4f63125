import ClawConfig
import ClawSupport
import Testing

@Suite struct ReloadPlanTests {
    private func plan(_ old: String, _ new: String) throws -> ReloadPlan {
        ReloadPlan(
            from: try #require(try JSONParser.parse(old).objectValue),
            to: try #require(try JSONParser.parse(new).objectValue))
    }

    @Test(arguments: [
        ("gateway.port", "restart"), ("gateway.auth.token", "restart"), ("gateway.bind", "restart"),
        ("gateway.controlUi.basePath", "restart"), ("gateway.remote.url", "none"), ("gateway.reload.mode", "none"),
        ("gateway.tools.deny", "none"), ("gateway.http.endpoints.chatCompletions.enabled", "none"),
        ("gateway.toolsmith", "restart"), ("agents.list", "none"), ("agents.defaults.model", "none"),
        ("models.providers.x.apiKey", "none"), ("messages.responsePrefix", "none"), ("session.reset.mode", "none"),
        ("tools.deny", "none"), ("bindings", "none"), ("channels.irc.host", "channel"), ("logging.level", "none"),
        ("logging.file", "none"), ("env.X", "restart"), ("journal.payloadRetentionDays", "restart"),
        ("plugins.allow", "restart"), ("auth.order", "restart"), ("somethingNew", "restart"),
        ("secrets.providers", "none"),
        ("commands.ownerAllowFrom", "none"),
    ])
    func everyPathHasItsEffect(_ path: String, _ effect: String) {
        #expect(ReloadPlan.effect(of: path).rawValue == effect)
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
