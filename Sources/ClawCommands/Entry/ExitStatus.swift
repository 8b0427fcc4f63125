/// The exit codes of `openclaw`, and what they mean: the table in `docs/cli.md` is made from them.
package enum ExitStatus: Int32, Sendable, CaseIterable {
    case done = 0
    case failed = 1
    case warning = 2

    var meaning: String {
        switch self {
        case .done: "Done. For `health` and `status`: the Gateway answered."
        case .failed:
            "Any error. Standard error says in one sentence what is wrong, and below it what to do. Also: "
                + "`models status --check` found a key that is missing or expired; `config validate`, `doctor` and "
                + "`gateway probe` tell the findings on standard output."
        case .warning: "`models status --check`: a key ends within a day."
        }
    }
}
