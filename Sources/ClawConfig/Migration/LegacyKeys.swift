package import ClawSupport

/// Keys of earlier versions, and where their values belong now.
package struct LegacyKeys: Sendable {
    /// What is done about one of them.
    package struct Step: Sendable, Hashable {
        /// One line for a person: `gateway.token -> gateway.auth.token`.
        package var note: String
        package var changes: [ConfigEditor.Change]
    }

    /// What can be migrated, in the order of the file's sections.
    package private(set) var steps: [Step] = []
    /// Old keys that stay, since the new key says something else already.
    package private(set) var conflicts: [String] = []
    private let value: JSONValue

    /// - Parameter parsed: the file with `${NAME}` as text.
    package init(in parsed: JSONValue) {
        value = parsed
        for (old, new) in Self.moves { move(old, to: new) }
        models()
        for (key, _) in parsed["agent"]?.objectValue ?? [:] where !Self.modelKeys.contains(key) {
            move(["agent", key], to: Self.agentPlaces[key] ?? ["agents", "defaults", key])
        }
        bind()
        bindings()
        if parsed["bridge"] != nil {
            steps.append(Step(note: "bridge: removed, nothing takes its place", changes: [.unset("bridge")]))
        }
    }

    package var changes: [ConfigEditor.Change] { steps.flatMap(\.changes) }

    private static let moves: [(old: [String], new: [String])] =
        ["whatsapp", "telegram", "discord", "slack", "signal", "imessage", "msteams"].map { ([$0], ["channels", $0]) }
        + [
            (["routing", "allowFrom"], ["channels", "whatsapp", "allowFrom"]), (["routing", "bindings"], ["bindings"]),
            (["routing", "agentToAgent"], ["tools", "agentToAgent"]), (["routing", "queue"], ["messages", "queue"]),
            (["routing", "groupChat", "mentionPatterns"], ["messages", "groupChat", "mentionPatterns"]),
            (["memorySearch"], ["agents", "defaults", "memorySearch"]), (["tools", "bash"], ["tools", "exec"]),
            (["messages", "queue", "byProvider"], ["messages", "queue", "byChannel"]),
            (["gateway", "token"], ["gateway", "auth", "token"]),
        ]

    private static let agentPlaces = [
        "tools": ["tools"], "elevated": ["tools", "elevated"], "exec": ["tools", "exec"], "bash": ["tools", "exec"],
    ]

    private func path(_ keys: [String]) -> String { ConfigPath(keys.map { .key($0) }).description }

    private func value(at keys: [String]) -> JSONValue? { keys.reduce(value as JSONValue?) { $0?[$1] } }

    private mutating func move(_ old: [String], to new: [String]) {
        guard let found = value(at: old) else { return }
        if let present = value(at: new), present != found {
            conflicts.append("\(path(old)) stays: \(path(new)) says something else")
            return
        }
        steps.append(
            Step(note: "\(path(old)) -> \(path(new))", changes: [.set(path(new), found), .unset(path(old))]))
    }

    private static let modelKeys = ["model", "modelFallbacks", "allowedModels", "modelAliases"]

    /// The models of `agent`, which had several keys and are one object now.
    private mutating func models() {
        guard let agent = value["agent"] else { return }
        let found = Self.modelKeys.filter { agent[$0] != nil }
        if found.isEmpty { return }
        let notes = found.map { "agent.\($0)" }.joined(separator: ", ")
        if value["agents"]?["defaults"]?["model"] != nil || value["agents"]?["defaults"]?["models"] != nil {
            conflicts.append("\(notes) stay: agents.defaults names models already")
            return
        }
        var changes: [ConfigEditor.Change] = []
        if let fallbacks = agent["modelFallbacks"] {
            var model = JSONObject()
            model.set("primary", agent["model"]?.stringValue ?? agent["model"]?["primary"]?.stringValue)
            model["fallbacks"] = fallbacks
            changes.append(.set("agents.defaults.model", .object(model)))
        } else if let model = agent["model"] {
            changes.append(.set("agents.defaults.model", model))
        }
        var entries = JSONObject()
        for name in agent["allowedModels"]?.arrayValue?.compactMap(\.stringValue) ?? [] { entries[name] = [:] }
        for (alias, name) in agent["modelAliases"]?.objectValue ?? [:] {
            if let name = name.stringValue { entries[name] = ["alias": .string(alias)] }
        }
        if !entries.isEmpty { changes.append(.set("agents.defaults.models", .object(entries))) }
        changes += found.map { .unset("agent.\($0)") }
        steps.append(Step(note: "\(notes) -> agents.defaults.model, agents.defaults.models", changes: changes))
    }

    private static let hosts = [
        "0.0.0.0": "lan", "::": "lan", "[::]": "lan", "*": "lan", "127.0.0.1": "loopback", "localhost": "loopback",
        "::1": "loopback", "[::1]": "loopback",
    ]

    private mutating func bind() {
        guard let host = value["gateway"]?["bind"]?.stringValue, let mode = Self.hosts[host] else { return }
        steps.append(
            Step(note: "gateway.bind \(host) -> \(mode)", changes: [.set("gateway.bind", .string(mode))]))
    }

    private mutating func bindings() {
        for (index, entry) in (value["bindings"]?.arrayValue ?? []).enumerated() {
            for (old, new) in [("provider", "channel"), ("accountID", "accountId")] {
                guard let found = entry["match"]?[old], entry["match"]?[new] == nil else { continue }
                steps.append(
                    Step(
                        note: "bindings[\(index)].match.\(old) -> \(new)",
                        changes: [
                            .set("bindings[\(index)].match.\(new)", found), .unset("bindings[\(index)].match.\(old)"),
                        ]))
            }
        }
    }
}
