package import ClawSupport

/// What a change of the configuration asks of a running Gateway: for every changed path the first rule that fits decides
/// (config §10). Pure.
package struct ReloadPlan: Sendable, Hashable {
    /// What a path needs to take effect.
    package enum Effect: String, Sendable, Hashable, CaseIterable {
        /// It is read at its next use.
        case none
        /// The channel of this path is started anew.
        case channel
        case restart
    }

    /// The rules in order; a path fits when it is the prefix or lies below it.
    package static let rules: [(prefix: String, effect: Effect)] = [
        ("gateway.remote", .none), ("gateway.reload", .none), ("gateway.tools", .none), ("gateway.http", .none),
        ("diagnostics.stuckSessionWarnMs", .none), ("channels", .channel),
        ("meta", .none), ("identity", .none), ("wizard", .none), ("agents", .none), ("tools", .none),
        ("bindings", .none), ("audio", .none), ("agent", .none), ("routing", .none), ("messages", .none),
        ("session", .none), ("talk", .none), ("skills", .none), ("secrets", .none), ("ui", .none), ("models", .none),
        ("hooks", .none), ("cron", .none), ("browser", .none), ("web", .none), ("commands", .none),
        ("logging", .none),
    ]

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
            case .none: break
            case .channel:
                // What all channels share reaches each of them.
                let parts = path.split(separator: ".", maxSplits: 2)
                if parts.count > 1, parts[1] != "defaults" {
                    channels.insert(String(parts[1]))
                } else {
                    channels.formUnion((new["channels"]?.objectValue?.keys ?? []).filter { $0 != "defaults" })
                }
            case .restart: restartPaths.append(path)
            }
        }
    }

    /// What no rule names needs a restart.
    package static func effect(of path: String) -> Effect {
        rules.first { path == $0.prefix || path.hasPrefix($0.prefix + ".") }?.effect ?? .restart
    }

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
    /// Changes of the file are not noticed.
    case off

    /// What is to be done about a plan that is not empty.
    package enum Decision: Sendable, Hashable {
        case apply
        case restart
        /// Nothing, and people are told which paths wait for a restart.
        case postpone
    }

    package func decision(_ plan: ReloadPlan) -> Decision {
        switch self {
        case .hybrid: plan.restartPaths.isEmpty ? .apply : .restart
        case .hot: plan.restartPaths.isEmpty ? .apply : .postpone
        case .restart: .restart
        case .off: .postpone
        }
    }
}
