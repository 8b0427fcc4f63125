import ClawChannelKit
import ClawCore
import ClawSupport
import Testing

/// Every branch of the policy, and the ways in which others have been let in by mistake.
struct AccessPolicyTests {
    private static let irc = PrincipalSyntax(bareKind: .name, ignoredPrefixes: ["irc"])
    private static let numbered = PrincipalSyntax(bareKind: .user, ignoredPrefixes: ["telegram", "tg"])

    private func policy(
        _ section: JSONObject, syntax: PrincipalSyntax = irc, patterns: [String] = [], needsGroupEntry: Bool = true
    ) -> AccessPolicy {
        AccessPolicy(
            settings: ChannelSettings.decode(section, path: "channels.irc").settings, syntax: syntax,
            mentions: MentionPatterns(patterns), needsGroupEntry: needsGroupEntry)
    }

    private func message(
        _ principal: String, in room: String? = nil, text: String = "hi", mentioned: Bool? = false,
        kind: InboundMessage.Kind = .message, name: String = "Alice", username: String? = nil
    ) -> InboundMessage {
        let peer = room.map { Peer(kind: .group, id: $0) } ?? Peer(kind: .direct, id: principal)
        var message = InboundMessage(
            kind: kind, channel: ChannelID("irc"), account: .default, peer: peer,
            sender: Sender(principal: principal, assurance: .claimed, displayName: name, username: username),
            text: text, timestamp: 0)
        message.wasMentioned = mentioned
        return message
    }

    @Test func directMessages() {
        let alice = message("account:alice")
        let cases: [(JSONObject, [String], AccessDecision)] = [
            (["enabled": false], [], .refuse(.channelDisabled)),
            (["dmPolicy": "disabled", "allowFrom": ["account:alice"]], ["account:alice"], .refuse(.dmDisabled)),
            (["dmPolicy": "open", "allowFrom": ["*"]], [], .admit(.open)),
            (["dmPolicy": "open", "allowFrom": ["*", "account:Alice"]], [], .admit(.allowlisted)),
            (["dmPolicy": "allowlist", "allowFrom": ["account:alice"]], [], .admit(.allowlisted)),
            (["dmPolicy": "allowlist", "allowFrom": ["irc:account:ALICE"]], [], .admit(.allowlisted)),
            (["dmPolicy": "allowlist", "allowFrom": ["account:bob"]], ["account:alice"], .refuse(.dmNotAllowed)),
            (["dmPolicy": "allowlist", "allowFrom": ["*"]], [], .admit(.open)),
            (["dmPolicy": "allowlist"], [], .refuse(.dmNotAllowed)),
            ([:], [], .offerPairing),
            ([:], ["account:alice"], .admit(.paired)),
            ([:], ["account:bob", "*", ""], .offerPairing),
            (["allowFrom": ["account:alice"]], [], .admit(.allowlisted)),
            (["allowFrom": ["*"]], [], .admit(.open)),
        ]
        for (section, paired, expected) in cases {
            #expect(policy(section).decide(alice, paired: paired) == expected, "\(section)")
        }
        #expect(AccessDecision.offerPairing.reason == "pairing-requested")
    }

    @Test func otherEventsPassTheSameChecksAndOfferNoPairing() {
        for kind in [InboundMessage.Kind.edit, .delete, .reaction] {
            #expect(policy([:]).decide(message("account:x", kind: kind), paired: []) == .refuse(.dmNotAllowed))
            #expect(
                policy(["groupPolicy": "disabled"]).decide(message("account:x", in: "#r", kind: kind), paired: [])
                    == .refuse(.groupsDisabled))
        }
    }

    @Test func groups() {
        let open: JSONObject = ["groupPolicy": "open"]
        let listed: JSONObject = ["groups": ["#R": [:]], "groupAllowFrom": ["account:alice"]]
        let cases: [(JSONObject, String, Bool?, AccessDecision)] = [
            (
                ["groupPolicy": "disabled", "groups": ["*": [:]], "groupAllowFrom": ["*"]], "#r", true,
                .refuse(.groupsDisabled)
            ),
            ([:], "#r", true, .refuse(.groupNotAllowed)),
            (["allowFrom": ["account:alice"]], "#r", true, .refuse(.groupNotAllowed)),
            (listed, "#r", true, .admit(.allowlisted)),
            (listed, "#other", true, .refuse(.groupNotAllowed)),
            (listed, "#r", false, .refuse(.notMentioned)),
            (listed, "#r", nil, .admit(.allowlisted)),
            (["groups": ["#r": [:]]], "#r", true, .refuse(.groupSenderNotAllowed)),
            (["groups": ["#r": [:]], "groupAllowFrom": ["account:bob"]], "#r", true, .refuse(.groupSenderNotAllowed)),
            (["groups": ["#r": [:]], "groupAllowFrom": ["*"]], "#r", true, .admit(.open)),
            (["groups": ["#r": [:]], "allowFrom": ["account:alice"]], "#r", true, .admit(.allowlisted)),
            (
                ["groups": ["#r": [:]], "allowFrom": ["account:alice"], "groupAllowFrom": []], "#r", true,
                .refuse(.groupSenderNotAllowed)
            ),
            (["groups": ["*": ["requireMention": false]], "groupAllowFrom": ["*"]], "#r", false, .admit(.open)),
            (
                ["groups": ["*": ["requireMention": false], "#r": ["requireMention": true]], "groupAllowFrom": ["*"]],
                "#r",
                false, .refuse(.notMentioned)
            ),
            (["groups": ["#r": ["enabled": false]], "groupAllowFrom": ["*"]], "#r", true, .refuse(.groupDisabled)),
            (
                ["groups": ["*": ["enabled": false], "#r": [:]], "groupAllowFrom": ["*"]], "#r", true,
                .refuse(.groupDisabled)
            ),
            (
                ["groups": ["#r": ["allowFrom": ["account:bob"]]], "groupAllowFrom": ["account:alice"]], "#r", true,
                .refuse(.groupSenderNotAllowed)
            ),
            (open, "#r", true, .admit(.open)),
            (open, "#r", false, .refuse(.notMentioned)),
            (
                ["groupPolicy": "open", "groups": ["#r": ["allowFrom": ["account:bob"]]]], "#r", true,
                .refuse(.groupSenderNotAllowed)
            ),
            (["groupPolicy": "open", "groups": ["#r": ["enabled": false]]], "#r", true, .refuse(.groupDisabled)),
        ]
        for (section, room, mentioned, expected) in cases {
            let message = message("account:alice", in: room, mentioned: mentioned)
            #expect(policy(section).decide(message, paired: []) == expected, "\(section)")
        }
        let senders = policy(["groupAllowFrom": ["account:alice"]], needsGroupEntry: false)
        #expect(senders.decide(message("account:alice", in: "#r", mentioned: true), paired: []) == .admit(.allowlisted))
    }

    @Test func pairingNeverOpensAGroup() {
        let section: JSONObject = ["groups": ["#r": ["requireMention": false]]]
        let message = message("account:alice", in: "#r", mentioned: true)
        #expect(policy(section).decide(message, paired: ["account:alice"]) == .refuse(.groupSenderNotAllowed))
    }

    @Test func patternsCountAsMentions() {
        let section: JSONObject = ["groups": ["#r": [:]], "groupAllowFrom": ["*"]]
        let patterns = ["\\bhey bot\\b", "("]
        let policy = policy(section, patterns: patterns)
        #expect(policy.decide(message("account:a", in: "#r", text: "Hey BOT, you"), paired: []) == .admit(.open))
        #expect(policy.decide(message("account:a", in: "#r", text: "they bot"), paired: []) == .refuse(.notMentioned))
        let unknown = message("account:a", in: "#r", text: "hello", mentioned: nil)
        #expect(policy.decide(unknown, paired: []) == .refuse(.notMentioned))
    }

    @Test func commandsOfNamedSendersNeedNoMention() {
        let section: JSONObject = ["groups": ["#r": [:]], "groupAllowFrom": ["account:alice", "*"]]
        let stop = { self.message($0, in: "#r", text: "/stop") }
        #expect(
            policy(section).decide(stop("account:alice"), paired: [], isControlCommand: true) == .admit(.allowlisted))
        #expect(
            policy(section).decide(stop("account:mallory"), paired: [], isControlCommand: true)
                == .refuse(.notMentioned))
        let open: JSONObject = ["groupPolicy": "open"]
        #expect(
            policy(open).decide(stop("account:mallory"), paired: [], isControlCommand: true) == .refuse(.notMentioned))
    }

    @Test func kindsOfPrincipalsAreNeverEqual() {
        let names = ["alice", "user:alice", "group:alice", "name:alice", "alice!u@h", "mask:alice", "Alice"]
        for entry in names {
            let section: JSONObject = ["dmPolicy": "allowlist", "allowFrom": [.string(entry)]]
            #expect(
                policy(section).decide(message("account:alice"), paired: []) == .refuse(.dmNotAllowed), "\(entry)")
            #expect(policy([:]).decide(message("account:alice"), paired: [entry]) == .offerPairing, "\(entry)")
        }
        #expect(policy(["allowFrom": ["group:#r"]]).decide(message("group:#r"), paired: []) == .refuse(.senderUnknown))
        for blank in ["", "  ", "*", "irc:", "account:", "account: "] {
            let everyone: JSONObject = ["dmPolicy": "open", "allowFrom": ["*"]]
            #expect(policy(everyone).decide(message(blank), paired: [blank]) == .refuse(.senderUnknown), "\(blank)")
        }
    }

    @Test func whatASenderCanChangeLetsNobodyIn() {
        // The attacker carries every name of the allowed person; only the immutable id differs.
        let section: JSONObject = ["dmPolicy": "allowlist", "allowFrom": ["1001", "tg:1002", "alice"]]
        let attacker = message("6666", name: "1001", username: "alice")
        #expect(policy(section, syntax: Self.numbered).decide(attacker, paired: []) == .refuse(.dmNotAllowed))
        let friend = message("1002", name: "x")
        #expect(policy(section, syntax: Self.numbered).decide(friend, paired: []) == .admit(.allowlisted))

        let named: JSONObject = ["dmPolicy": "allowlist", "allowFrom": ["alice"]]
        let mask = message("alice!u@evil", name: "alice", username: "alice")
        #expect(policy(named).decide(mask, paired: []) == .refuse(.dmNotAllowed))
        var dangerous = named
        dangerous["dangerouslyAllowNameMatching"] = true
        #expect(policy(dangerous).decide(mask, paired: []) == .admit(.allowlisted))
        #expect(policy(["dangerouslyAllowNameMatching": true]).decide(mask, paired: ["alice"]) == .offerPairing)
        let exact: JSONObject = ["dmPolicy": "allowlist", "allowFrom": ["alice!u@host"]]
        #expect(policy(exact).decide(mask, paired: []) == .refuse(.dmNotAllowed))
        #expect(policy(exact).decide(message("Alice!u@HOST"), paired: []) == .admit(.allowlisted))
    }

    @Test func onlyANamedSenderIsNamed() {
        let policy = policy(["allowFrom": ["*", "account:alice"], "groupAllowFrom": ["account:bob"]])
        #expect(policy.isNamedInAllowFrom(message("account:alice").sender))
        #expect(!policy.isNamedInAllowFrom(message("account:bob").sender))
        #expect(!policy.isNamedInAllowFrom(message("account:mallory").sender))
    }

    @Test func reasonCodesAreStable() {
        #expect(
            AccessRefusal.allCases.map(\.rawValue) == [
                "channel-disabled", "sender-unknown", "dm-disabled", "dm-not-allowed", "pairing-requested",
                "groups-disabled", "group-not-allowed", "group-disabled", "group-sender-not-allowed", "not-mentioned",
            ])
        #expect(Admittance.allCases.map(\.rawValue) == ["allowlisted", "paired", "open"])
    }
}
