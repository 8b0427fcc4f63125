import ClawCore
import ClawStore
import ClawSupport
import Testing

struct SessionRouteTests {
    private let room = SessionRoute(channel: ChannelID("irc"), account: AccountID("work"), target: "#claw", thread: "7")

    @Test func aRouteComesBackFromTheEntry() {
        #expect(
            JSONValue.object(room.patch).text
                == ##"{"deliveryContext":{"channel":"irc","to":"#claw","accountId":"work","threadId":"7"},"##
                + ##""lastChannel":"irc","lastTo":"#claw","lastAccountId":"work","lastThreadId":"7"}"##)
        #expect(SessionRoute(entry: room.patch) == room)
        var older = room.patch
        older["deliveryContext"] = nil
        #expect(SessionRoute(entry: older) == room)
        #expect(
            SessionRoute(channel: ChannelID("irc"), account: .default, target: "ann").patch["lastThreadId"] == .null)
    }

    @Test(arguments: [
        "{}", #"{"deliveryContext":{"channel":"webchat","to":"x"}}"#, #"{"deliveryContext":{"channel":"irc"}}"#,
        #"{"lastChannel":"irc","lastTo":""}"#, #"{"deliveryContext":7}"#,
    ])
    func whatNamesNoChatIsNoRoute(entry: String) throws {
        #expect(SessionRoute(entry: try JSONParser.parse(entry).objectValue ?? [:]) == nil)
    }

    @Test func anEntryOfAnotherProgramIsRead() throws {
        let entry = try JSONParser.parse(#"{"deliveryContext":{"channel":"telegram","to":"-100","threadId":12}}"#)
        #expect(
            SessionRoute(entry: entry.objectValue ?? [:])
                == SessionRoute(channel: ChannelID("telegram"), account: .default, target: "-100", thread: "12"))
    }
}
