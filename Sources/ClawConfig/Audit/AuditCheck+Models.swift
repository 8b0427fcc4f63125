/// Models that are easily talked into something.
extension AuditCheck {
    /// Billions of parameters up to which a model counts as small.
    static let smallModel = 300.0
    /// Tools that change something or bring in what strangers wrote.
    private static let powerfulTools: Set<String> = [
        "write", "edit", "apply_patch", "exec", "process", "web_search", "web_fetch", "browser",
    ]

    static let models: [AuditCheck] = [
        AuditCheck(
            "models.legacy", .warn, "A model of a past generation is used",
            when: "a configured model is of a family that its vendor has replaced", fix: "Choose a newer model."
        ) { hits($0, isLegacy) },
        AuditCheck(
            "models.weak_tier", .warn, "A smaller model is used",
            when: "a configured model is of a smaller or older tier (Haiku, before GPT-5, before Claude 4.5)",
            fix: "Choose the vendor's best model for agents that read what strangers write."
        ) { hits($0) { isWeak($0) && !isLegacy($0) } },
        AuditCheck(
            "models.small_params", .info, "A small model is used",
            when: "a model's name says that it has at most 300 billion parameters; critical when its agent has tools "
                + "that change something or read the web",
            fix: "Give its agent the profile messaging or minimal, or choose a larger model."
        ) { subject in
            subject.agents.compactMap { agent in
                let small = agent.models.filter { parameters($0).map { $0 <= smallModel } ?? false }
                if small.isEmpty { return nil }
                let tools = agent.tools.intersection(powerfulTools).sorted()
                let reach = tools.isEmpty ? "" : " It can use: \(tools.joined(separator: ", "))."
                return Hit(
                    "Agent \(agent.id): \(small.joined(separator: ", ")).\(reach)", tools.isEmpty ? nil : .critical)
            }
        },
    ]

    private static func hits(_ subject: AuditSubject, _ test: (String) -> Bool) -> [Hit] {
        let names = Set(subject.agents.flatMap(\.models)).filter(test).sorted()
        return names.isEmpty ? [] : [Hit("Models: \(names.joined(separator: ", ")).")]
    }

    private static func name(_ reference: String) -> String {
        (reference.split(separator: "/").last.map(String.init) ?? reference).lowercased()
    }

    private static func isLegacy(_ reference: String) -> Bool {
        let name = name(reference)
        return ["gpt-3.5", "text-davinci", "claude-2", "claude-instant", "claude-3", "gemini-1"].contains {
            name.hasPrefix($0)
        } || name == "gpt-4" || name.hasPrefix("gpt-4-")
    }

    private static func isWeak(_ reference: String) -> Bool {
        let name = name(reference)
        if name.firstRange(of: "haiku") != nil { return true }
        if name.hasPrefix("gpt-4") || name.hasPrefix("gpt-3") { return true }
        guard name.hasPrefix("claude-") else { return false }
        let numbers = name.split { $0 == "-" || $0 == "." }.compactMap { Int($0) }.filter { $0 < 100 }
        guard let major = numbers.first else { return false }
        return major < 4 || major == 4 && (numbers.dropFirst().first ?? 0) < 5
    }

    /// Billions of parameters that a name such as `llama-3.1-8b` or `qwen3:32b` tells; nil when it tells none.
    static func parameters(_ reference: String) -> Double? {
        let parts = name(reference).split { !$0.isNumber && !$0.isLetter && $0 != "." }
        return parts.compactMap { part in part.last == "b" ? Double(part.dropLast()) : nil }.max()
    }
}
