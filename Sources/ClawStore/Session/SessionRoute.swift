package import ClawCore
package import ClawSupport

/// The chat of a channel in which a session was spoken to last: where it is told what nobody asked for just now
/// (state-layout §2).
package struct SessionRoute: Sendable, Hashable {
    package var channel: ChannelID
    package var account: AccountID
    /// The chat in the channel's words.
    package var target: String
    package var thread: String?

    package init(channel: ChannelID, account: AccountID, target: String, thread: String? = nil) {
        self.channel = channel
        self.account = account
        self.target = target
        self.thread = thread
    }

    /// The route of a session entry; nil when it has none on a channel.
    package init?(entry: JSONObject) {
        if let context = entry["deliveryContext"], let route = SessionRoute(context: context) {
            self = route
            return
        }
        let context: JSONObject = [
            "channel": entry["lastChannel"] ?? .null, "to": entry["lastTo"] ?? .null,
            "accountId": entry["lastAccountId"] ?? .null, "threadId": entry["lastThreadId"] ?? .null,
        ]
        self.init(context: .object(context))
    }

    /// Reads a `deliveryContext`; nil when it names no chat of a channel.
    package init?(context: JSONValue) {
        guard let channel = context["channel"]?.stringValue, !channel.isEmpty, channel != ChannelID.webchat.rawValue,
            let target = context["to"]?.stringValue, !target.isEmpty
        else { return nil }
        let account = context["accountId"]?.stringValue.map { AccountID($0) } ?? .default
        self.init(
            channel: ChannelID(channel), account: account, target: target,
            // Numbers for some platforms.
            thread: context["threadId"].flatMap { $0.stringValue ?? $0.intValue.map(String.init) })
    }

    /// As `deliveryContext` holds it.
    package var context: JSONObject {
        var context: JSONObject = [
            "channel": .string(channel.rawValue), "to": .string(target), "accountId": .string(account.rawValue),
        ]
        context.set("threadId", thread)
        return context
    }

    /// The members of a session entry that hold it.
    package var patch: JSONObject {
        [
            "deliveryContext": .object(context), "lastChannel": .string(channel.rawValue), "lastTo": .string(target),
            "lastAccountId": .string(account.rawValue), "lastThreadId": thread.map { .string($0) } ?? .null,
        ]
    }
}
