import ClawCore

/// Who may write to the assistant, and what it can do for them.
extension AuditCheck {
    private static func hits(
        _ subject: AuditSubject, _ test: (AuditSubject.Channel) -> String?
    ) -> [Hit] {
        subject.channels.compactMap { channel in
            test(channel).map { Hit("\(channel.id), account \(channel.account): \($0)", subject: channel.id) }
        }
    }

    static let channels: [AuditCheck] = [
        AuditCheck(
            "channels.*.dm.open", .critical, "Everybody may write to the assistant",
            when: "`dmPolicy` is `open`", fix: "Set dmPolicy to pairing."
        ) { hits($0) { $0.dmPolicy == .open ? "dmPolicy is open." : nil } },
        AuditCheck(
            "channels.*.dm.open_invalid", .warn, "The direct message policy contradicts itself",
            when: "`dmPolicy` is `open` and `allowFrom` does not hold `*`",
            fix: "Set dmPolicy to pairing or allowlist, or add * to allowFrom."
        ) {
            hits($0) {
                $0.dmPolicy == .open && !$0.allowFrom.contains("*")
                    ? "dmPolicy is open and allowFrom does not hold *, so only those listed may write." : nil
            }
        },
        AuditCheck(
            "channels.*.dm.disabled", .info, "Direct messages are off", when: "`dmPolicy` is `disabled`", fix: nil
        ) { hits($0) { $0.dmPolicy == .disabled ? "dmPolicy is disabled." : nil } },
        AuditCheck(
            "channels.*.dm.scope_main_multiuser", .warn, "Several people share one session",
            when: "`session.dmScope` is `main` and more than one person may write",
            fix: "Set session.dmScope to per-channel-peer."
        ) { subject in
            guard subject.configuration.session.directScope == .main else { return [] }
            return hits(subject) {
                $0.dmPolicy != .disabled && ($0.senders.count > 1 || $0.allowFrom.contains("*"))
                    ? "\($0.allowFrom.contains("*") ? "everybody" : "\($0.senders.count) people") may write, and all see "
                        + "one conversation." : nil
            }
        },
        AuditCheck(
            "channels.*.allowFrom.dangerous_name_matching_enabled", .info, "Names are taken for identities",
            when: "`dangerouslyAllowNameMatching` is on", fix: "Turn it off and list ids."
        ) { hits($0) { $0.allowsNameMatching ? "dangerouslyAllowNameMatching is true." : nil } },
    ]

    /// Tools with which somebody in an open group could do harm.
    private static let runtime: Set<String> = ["exec", "process"]
    private static let onFiles: Set<String> = ["read", "write", "edit", "apply_patch"]

    static let exposure: [AuditCheck] = [
        AuditCheck(
            "security.exposure.open_groups_with_runtime_or_fs", .warn, "Strangers in groups reach the agent's tools",
            when: "a channel has `groupPolicy` `open` and an agent has file or process tools; critical with tools that "
                + "run programs, or that change files anywhere",
            fix: "Set groupPolicy to allowlist, or tools.profile to messaging and tools.fs.workspaceOnly to true."
        ) { subject in
            let open = subject.openGroups
            if open.isEmpty { return [] }
            return subject.agents.compactMap { agent in
                let tools = agent.tools.intersection(runtime.union(onFiles)).sorted()
                if tools.isEmpty { return nil }
                let own = subject.configuration.agents.list.first { $0.id.rawValue == agent.id }?.tools.workspaceOnly
                let isConfined = own ?? subject.configuration.tools.workspaceOnly ?? false
                let isCritical =
                    !agent.tools.isDisjoint(with: runtime) || !isConfined && agent.tools.contains("write")
                return Hit(
                    "Open groups: \(open.map(\.id).joined(separator: ", ")). Agent \(agent.id) has "
                        + "\(tools.joined(separator: ", ")).", isCritical ? .critical : nil)
            }
        },
        AuditCheck(
            "security.trust_model.multi_user_heuristic", .warn, "Several people use one Gateway",
            when: "groups are open or more than three people may write",
            fix: "This Gateway trusts its people like one. Run one for each group of people that trust each other."
        ) { subject in
            let people = subject.channels.reduce(into: Set<String>()) { $0.formUnion($1.senders) }
            let open = subject.openGroups.map(\.id)
            if open.isEmpty, people.count <= 3 { return [] }
            return [
                Hit(
                    "\(people.count) people may write directly; open groups: "
                        + "\(open.isEmpty ? "none" : open.joined(separator: ", ")).")
            ]
        },
    ]

    static let attackSurface = AuditCheck(
        "summary.attack_surface", .info, "What can be reached", when: "always", fix: nil
    ) { subject in
        func count(_ policy: AuditSubject.Channel.Policy) -> Int {
            subject.channels.count { $0.groupPolicy == policy }
        }
        let page = subject.gateway.controlUI.isEnabled ? "on" : "off"
        return [
            Hit(
                "Groups: \(count(.open)) open, \(count(.allowlist)) by list. Direct messages: "
                    + "\(subject.channels.count { $0.dmPolicy == .open }) open. Page: \(page). Reach: "
                    + "\(subject.isExposed ? "beyond this machine" : "this machine").")
        ]
    }
}
