package import ClawCore

/// Decides who may speak to an agent. Pure: the same settings, message and pairings give the same answer.
///
/// Every kind of event (message, edit, reaction) passes the same checks. The pairing store is asked for direct messages
/// under the `pairing` policy only, never for groups.
package struct AccessPolicy: Sendable {
    private let settings: ChannelSettings
    private let syntax: PrincipalSyntax
    private let mentions: MentionPatterns
    private let allowFrom: Allowlist
    private let groupAllowFrom: Allowlist
    private let needsGroupEntry: Bool

    /// - Parameters:
    ///   - mentions: The patterns that hold for the agent; `MentionPatterns(settings.mentionPatterns)` when the channel
    ///     has its own.
    ///   - needsGroupEntry: Whether the `allowlist` policy without any `groups` closes all groups; else the list of senders
    ///     decides alone.
    package init(
        settings: ChannelSettings, syntax: PrincipalSyntax, mentions: MentionPatterns, needsGroupEntry: Bool = true
    ) {
        self.needsGroupEntry = needsGroupEntry
        self.settings = settings
        self.syntax = syntax
        self.mentions = mentions
        allowFrom = Allowlist(settings.allowFrom, syntax: syntax)
        groupAllowFrom = settings.groupAllowFrom.map { Allowlist($0, syntax: syntax) } ?? allowFrom
    }

    /// - Parameters:
    ///   - paired: The entries of the pairing store for this channel and account.
    ///   - isControlCommand: Whether the text is a command such as `/stop`, which a named sender may give in a group
    ///     without a mention.
    package func decide(_ message: InboundMessage, paired: [String], isControlCommand: Bool = false) -> AccessDecision {
        guard settings.enabled else { return .refuse(.channelDisabled) }
        guard let principal = syntax.principal(message.sender.principal), principal.kind != .group else {
            return .refuse(.senderUnknown)
        }
        let candidates = candidates(principal, message.sender)
        switch message.peer.kind {
        case .direct: return decideDirect(message, candidates, principal, paired: paired)
        case .group, .channel: return decideGroup(message, candidates, isControlCommand: isControlCommand)
        }
    }

    /// Whether configuration names the sender in `allowFrom`. A wildcard, a pairing or a group list never says so.
    package func isNamedInAllowFrom(_ sender: Sender) -> Bool {
        guard let principal = syntax.principal(sender.principal) else { return false }
        return allowFrom.names(candidates(principal, sender))
    }

    /// Whether configuration names one person in `allowFrom`, and nobody else.
    package var hasOneOwner: Bool { !allowFrom.hasWildcard && allowFrom.principals.count == 1 }

    /// The entry of a group: its own, over that of `*`.
    package func group(_ peer: Peer) -> GroupSettings? { settings.group(peer.id) }

    private func candidates(_ principal: Principal, _ sender: Sender) -> Set<Principal> {
        var candidates: Set<Principal> = [principal]
        if settings.dangerouslyAllowNameMatching {
            for name in [sender.displayName, sender.username ?? ""] where !name.isEmpty {
                candidates.insert(Principal(.name, name))
            }
        } else if principal.kind == .name {
            candidates.remove(principal)
        }
        return candidates
    }

    private func decideDirect(
        _ message: InboundMessage, _ candidates: Set<Principal>, _ principal: Principal, paired: [String]
    ) -> AccessDecision {
        switch settings.dmPolicy {
        case .disabled:
            return .refuse(.dmDisabled)
        case .open:
            return .admit(allowFrom.names(candidates) ? .allowlisted : .open)
        case .allowlist:
            if allowFrom.names(candidates) { return .admit(.allowlisted) }
            return allowFrom.hasWildcard ? .admit(.open) : .refuse(.dmNotAllowed)
        case .pairing:
            if allowFrom.names(candidates) { return .admit(.allowlisted) }
            if allowFrom.hasWildcard { return .admit(.open) }
            // A pairing was given to one principal; a name that matches today is not it.
            if paired.contains(where: { syntax.principal($0) == principal }) { return .admit(.paired) }
            return message.kind == .message ? .offerPairing : .refuse(.dmNotAllowed)
        }
    }

    private func decideGroup(
        _ message: InboundMessage, _ candidates: Set<Principal>, isControlCommand: Bool
    ) -> AccessDecision {
        let group = settings.group(message.peer.id)
        if settings.groupPolicy == .disabled { return .refuse(.groupsDisabled) }
        if settings.groupPolicy == .allowlist, group == nil, needsGroupEntry || !settings.groups.isEmpty {
            return .refuse(.groupNotAllowed)
        }
        if group?.enabled == false { return .refuse(.groupDisabled) }
        guard let admittance = admitToGroup(group, candidates) else { return .refuse(.groupSenderNotAllowed) }
        if isControlCommand, admittance == .allowlisted { return .admit(admittance) }
        let requiresMention = group?.requireMention ?? settings.requireMention
        if requiresMention, !isMentioned(message) { return .refuse(.notMentioned) }
        return .admit(admittance)
    }

    private func admitToGroup(_ group: GroupSettings?, _ candidates: Set<Principal>) -> Admittance? {
        let own = group?.allowFrom.map { Allowlist($0, syntax: syntax) }
        let list = own ?? groupAllowFrom
        if list.names(candidates) { return .allowlisted }
        if list.hasWildcard { return .open }
        // An open policy needs no list; one that a group states for itself still holds.
        return settings.groupPolicy == .open && own == nil ? .open : nil
    }

    /// Whether the bot was addressed. Where the platform cannot tell and no pattern is set, nothing could ever pass, so the
    /// gate stands open.
    private func isMentioned(_ message: InboundMessage) -> Bool {
        if message.wasMentioned == true || mentions.matches(message.text) { return true }
        return message.wasMentioned == nil && mentions.isEmpty
    }
}
