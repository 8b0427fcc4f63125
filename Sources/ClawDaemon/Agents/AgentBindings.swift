package import ClawConfig
package import ClawCore
package import ClawSupport

/// Which chats go to which agent, and the changes that bind a whole channel, or an account of it, to an agent. Pure.
package struct AgentBindings: Sendable {
    /// What a person binds: `irc`, or `irc:work`.
    package struct Place: Sendable, Hashable, CustomStringConvertible {
        package var channel: ChannelID
        package var account: AccountID?

        /// Throws `ClawError` when there is no such channel.
        package init(_ text: String) throws(ClawError) {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let channel = ChannelID(parts[0].trimmingWhitespace)
            guard Catalogue.channels.contains(channel) || channel == .webchat else {
                throw ClawError(
                    .invalidRequest, "There is no channel \"\(parts[0])\".",
                    hint:
                        "Known are: \(Catalogue.channels.map(\.rawValue).joined(separator: ", ")). Write <channel> or "
                        + "<channel>:<account>.")
            }
            self.channel = channel
            if parts.count > 1 {
                let name = parts[1].trimmingWhitespace
                if name.isEmpty {
                    throw ClawError(
                        .invalidRequest, "\"\(text)\" names no account after the colon.", hint: "Leave the colon out.")
                }
                account = AccountID(name)
            }
        }

        package var description: String { account.map { "\(channel):\($0)" } ?? channel.rawValue }

        var match: JSONValue {
            var match: JSONObject = ["channel": .string(channel.rawValue)]
            match.set("accountId", account?.rawValue)
            return .object(match)
        }
    }

    /// What a change comes to: what was done, what stood so already, and what belongs to another agent.
    package struct Outcome: Sendable {
        package var changes: [ConfigEditor.Change] = []
        package var done: [String] = []
        package var skipped: [String] = []
        package var conflicts: [(place: String, agent: String)] = []
    }

    private let entries: [JSONValue]

    package init(_ snapshot: ConfigSnapshot) { entries = snapshot.value["bindings"]?.arrayValue ?? [] }

    /// Every binding in the order of the file: the agent, and what is bound to it.
    package var all: [(agent: String, text: String, match: JSONValue)] {
        entries.map { ($0["agentId"]?.stringValue ?? "?", Self.text($0["match"] ?? [:]), $0["match"] ?? [:]) }
    }

    package func of(_ agent: AgentID) -> [String] {
        all.filter { AgentID(normalizing: $0.agent) == agent }.map(\.text)
    }

    package func binding(_ places: [Place], to agent: AgentID) -> Outcome {
        var outcome = Outcome()
        var count = entries.count
        for place in places {
            if let owner = owner(of: place) {
                if AgentID(normalizing: owner) == agent {
                    outcome.skipped.append(place.description)
                } else {
                    outcome.conflicts.append((place.description, owner))
                }
                continue
            }
            if outcome.done.contains(place.description) { continue }
            let entry: JSONValue = ["agentId": .string(agent.rawValue), "match": place.match]
            outcome.changes.append(count == 0 ? .set("bindings", [entry]) : .set("bindings[\(count)]", entry))
            outcome.done.append(place.description)
            count += 1
        }
        return outcome
    }

    /// - Parameter places: nil for everything that is bound to the agent.
    package func unbinding(_ places: [Place]?, from agent: AgentID) -> Outcome {
        var outcome = Outcome()
        var gone: Set<Int> = []
        if let places {
            for place in places {
                let indices = entries.indices.filter { Self.isWhole(entries[$0]["match"], place) }
                let own = indices.filter { owner($0) == agent }
                gone.formUnion(own)
                if !own.isEmpty {
                    outcome.done.append(place.description)
                } else if let other = indices.first {
                    outcome.conflicts.append((place.description, all[other].agent))
                } else {
                    outcome.skipped.append(place.description)
                }
            }
        } else {
            gone = Set(entries.indices.filter { owner($0) == agent })
            outcome.done = gone.sorted().map { all[$0].text }
        }
        // From the end, so that the positions of the others stay.
        outcome.changes = gone.sorted(by: >).map { .unset("bindings[\($0)]") }
        return outcome
    }

    private func owner(_ index: Int) -> AgentID? { AgentID(normalizing: all[index].agent) }

    private func owner(of place: Place) -> String? {
        entries.first { Self.isWhole($0["match"], place) }?["agentId"]?.stringValue
    }

    /// Whether a match is for the place itself and not for some chats in it.
    private static func isWhole(_ match: JSONValue?, _ place: Place) -> Bool {
        guard let match = match?.objectValue, match.keys.allSatisfy({ $0 == "channel" || $0 == "accountId" }) else {
            return false
        }
        return match["channel"]?.stringValue?.lowercased() == place.channel.rawValue
            && match["accountId"]?.stringValue.map { AccountID($0) } == place.account
    }

    private static func text(_ match: JSONValue) -> String {
        var text = match["channel"]?.stringValue ?? "?"
        if let account = match["accountId"]?.stringValue { text += ":\(account)" }
        if let peer = match["peer"] {
            text += " \(peer["kind"]?.stringValue ?? "peer") \(peer["id"]?.stringValue ?? "?")"
        }
        for key in ["guildId", "teamId"] { if let id = match[key]?.stringValue { text += " \(key) \(id)" } }
        return text
    }
}
