import ClawAgent
import ClawCore
import ClawGateway
import ClawStore
import ClawSupport
import Testing

@Suite struct AcceptedTurnTests {
    /// What a turn is made of after a crash is what it was made of before.
    @Test(arguments: [(ToolChoice.named("clock"), false), (.required, true), (.auto, true)])
    func theJournalRowHoldsAllOfTheTurn(_ choice: ToolChoice, _ allowsSeveral: Bool) throws {
        var turn = AcceptedTurn(
            message: InboundMessage(
                channel: .webchat, account: .default, peer: Peer(kind: .direct, id: "main"),
                sender: Sender(principal: "client:http", assurance: .authenticated, displayName: "HTTP"), text: "Hi",
                timestamp: 7),
            agent: try #require(AgentID(normalizing: "main")), session: SessionKey(canonical: "agent:main:main"))
        turn.senderIsOwner = true
        turn.thinking = .high
        turn.timeoutMilliseconds = 5
        turn.extraSystemPrompt = "Be brief."
        turn.maximumOutputTokens = 50
        turn.clientTools = ClientTools(
            [
                ToolDefinition(
                    name: "clock", summary: "Tells the time.", description: "Tells the time.",
                    parameters: ["type": "object"], group: "client")
            ], callPrefix: "call_1", choice: choice, allowsSeveral: allowsSeveral)
        turn.callOutputs = ClientCallOutputs([.init(call: "call_0_1", text: "12:00")], text: "And?")
        turn.standsAlone = true
        turn.reset = .daily
        let read = AcceptedTurn(payload: try JSONParser.parse(turn.payload.bytes))
        #expect(read == turn)
    }
}
