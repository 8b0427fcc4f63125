package import ClawSupport

/// What a change of the configuration asks of a running Gateway: for every changed path the first rule that fits decides
/// (config §10). Pure.
package struct ReloadPlan: Sendable, Hashable {
    /// When a change of a path counts.
    package enum Effect: String, Sendable, Hashable, CaseIterable {
        /// Nothing of a running Gateway reads it.
        case unread
        case atOnce = "at once"
        /// A command of the command line reads it when it starts.
        case nextCommand = "next command"
        case nextRequest = "next request"
        case nextMessage = "next message"
        case nextTurn = "next turn"
        case nextCleanUp = "next clean-up"
        /// The channel of this path is started anew.
        case channel = "restarts the channel"
        case restart = "restarts the Gateway"
    }

    /// A path fits when it is the prefix or lies below it; lists may be written with their elements, as the reference does.
    package struct Rule: Sendable, Hashable {
        package var prefix: String
        package var effect: Effect

        init(_ prefix: String, _ effect: Effect) {
            self.prefix = prefix
            self.effect = effect
        }

        func fits(_ path: String) -> Bool {
            guard path.hasPrefix(prefix) else { return false }
            let next = path.dropFirst(prefix.count).first
            return next == nil || next == "." || next == "["
        }
    }

    /// In order; the first that fits decides.
    package static let rules: [Rule] =
        [
            Rule("gateway.remote", .nextCommand), Rule(ReloadMode.section, .atOnce),
            Rule("gateway.tools", .nextRequest),
            Rule("gateway.http", .nextRequest), Rule("gateway", .restart), Rule("channels", .channel),
            Rule("session.maintenance", .nextCleanUp), Rule("session", .nextMessage), Rule("messages", .nextMessage),
            Rule("bindings", .nextMessage), Rule("commands", .nextMessage), Rule("agents", .nextTurn),
            Rule("models", .nextTurn), Rule("tools", .nextTurn), Rule("secrets", .atOnce), Rule("logging", .atOnce),
            Rule("env", .restart), Rule("journal", .restart),
        ]
        + [
            "diagnostics.stuckSessionWarnMs", "meta", "identity", "wizard", "audio", "agent", "routing", "talk",
            "skills",
            "ui", "hooks", "cron", "browser", "web",
        ].map { Rule($0, .unread) }

    /// Dotted, sorted.
    package var paths: [String]
    /// Ids of channels whose section changed.
    package var channels: Set<String>
    /// The paths that a running Gateway cannot take up.
    package var restartPaths: [String]

    package var isEmpty: Bool { paths.isEmpty }

    /// Compares two configurations with their defaults.
    /// - Parameter besides: further paths that count as changed, such as those whose reference leads to another secret.
    package init(from old: JSONObject, to new: JSONObject, besides: Set<String> = []) {
        var paths: [String] = []
        Self.compare(.object(old), .object(new), "", into: &paths)
        self.paths = besides.union(paths).sorted()
        channels = []
        restartPaths = []
        for path in self.paths {
            switch Self.effect(of: path) {
            case .channel:
                // What all channels share reaches each of them.
                let parts = path.split(separator: ".", maxSplits: 2)
                if parts.count > 1, parts[1] != "defaults" {
                    channels.insert(String(parts[1]))
                } else {
                    channels.formUnion((new["channels"]?.objectValue?.keys ?? []).filter { $0 != "defaults" })
                }
            case .restart: restartPaths.append(path)
            default: break
            }
        }
    }

    /// What no rule names needs a restart.
    package static func effect(of path: String) -> Effect { rules.first { $0.fits(path) }?.effect ?? .restart }

    /// Lists count as wholes.
    private static func compare(_ old: JSONValue?, _ new: JSONValue?, _ path: String, into paths: inout [String]) {
        if let old = old?.objectValue, let new = new?.objectValue {
            for key in Set(old.keys).union(new.keys) {
                compare(old[key], new[key], path.isEmpty ? key : "\(path).\(key)", into: &paths)
            }
        } else if old != new {
            paths.append(path)
        }
    }
}

/// What a change may do to a running Gateway (`gateway.reload.mode`).
package enum ReloadMode: String, Sendable, Hashable, CaseIterable {
    /// What can take effect does; the rest restarts the Gateway in its process.
    case hybrid
    /// What can take effect does; a change that needs a restart is left for later, as a whole.
    case hot
    /// Any change restarts.
    case restart
    /// Changes of the file wait for a restart, all but those of these keys themselves.
    case off

    /// The keys that say this themselves; they count as soon as they are read, in every mode.
    static let section = "gateway.reload"

    /// What is to be done about a plan.
    package enum Decision: Sendable, Hashable {
        case apply
        case restart
        /// Nothing, and people are told which paths wait for a restart.
        case postpone
    }

    package func decision(_ plan: ReloadPlan) -> Decision {
        switch self {
        case .hybrid: plan.restartPaths.isEmpty ? .apply : .restart
        case .hot, .off: waiting(plan).isEmpty ? .apply : .postpone
        case .restart: .restart
        }
    }

    /// The paths that somebody must restart the Gateway for.
    package func waiting(_ plan: ReloadPlan) -> [String] {
        switch self {
        case .hybrid, .restart: []
        case .hot: plan.restartPaths
        case .off: plan.paths.filter { !ReloadPlan.Rule(Self.section, .atOnce).fits($0) }
        }
    }
}
