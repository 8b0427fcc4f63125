import ClawSupport

/// Every key that this program reads, by section, in the order of the reference page.
enum ConfigKeys {
    static let sections: [(title: String, keys: [ConfigKey])] = [
        ("Gateway", gateway),
        ("Agents", agentDefaults + agentList),
        ("Sessions", session),
        ("Messages", messages),
        ("Models", models),
        ("Tools", tools),
        ("Channels", channels),
        ("Routing", bindings),
        ("Commands", commands),
        ("Secrets", secrets),
        ("Logging", logging),
        ("Environment", environment),
        ("Journal", journal),
    ]

    static let all: [ConfigKey] = sections.flatMap(\.keys)

    static let whole = 1...Int.max
    static let count = 0...Int.max
}
