import ClawCore

/// The text of a systemd user unit that runs the Gateway.
enum SystemdUnit {
    /// The first line of every unit of ours; a file without it was written by somebody else.
    static let mark = "# Written by `openclaw gateway install`; `openclaw gateway uninstall` removes it."

    static func text(_ plan: ServicePlan) -> String {
        let command = plan.command.enumerated().map { position, word in
            SystemdText.quoted(word, isArgument: position > 0)
        }.joined(separator: " ")
        let variables = plan.variables.map {
            "Environment=\(SystemdText.quoted("\($0.name)=\($0.value)", isArgument: false))"
        }
        let lines = [
            mark, "[Unit]", "Description=\(plan.description.replacing("%", with: "%%"))", "After=network-online.target",
            "Wants=network-online.target", "", "[Service]", "ExecStart=\(command)", "Restart=always", "RestartSec=5",
            "KillMode=process", "WorkingDirectory=\(plan.workingDirectory.replacing("%", with: "%%"))",
        ]
        return (lines + variables + ["", "[Install]", "WantedBy=default.target", ""]).joined(separator: "\n")
    }

    static func isOurs(_ text: String) -> Bool { text.hasPrefix(mark + "\n") }

    /// What a unit runs, whoever wrote it; nil when it runs nothing.
    static func command(in text: String) -> ServiceCommand? {
        var command: [String] = []
        var directory: String?
        var variables: [ServicePlan.Variable] = []
        for line in text.split(whereSeparator: \.isNewline) {
            guard let equals = line.firstIndex(of: "="), !line.hasPrefix("#"), !line.hasPrefix(";") else { continue }
            let value = String(line[line.index(after: equals)...])
            switch line[..<equals] {
            case "ExecStart": command = SystemdText.words(value, isCommand: true)
            case "WorkingDirectory": directory = value.replacing("%%", with: "%")
            case "Environment":
                for word in SystemdText.words(value, isCommand: false) {
                    guard let split = word.firstIndex(of: "=") else { continue }
                    variables.append(
                        ServicePlan.Variable(
                            name: String(word[..<split]), value: String(word[word.index(after: split)...])))
                }
            default: continue
            }
        }
        return command.isEmpty
            ? nil : ServiceCommand(words: command, workingDirectory: directory, variables: variables)
    }
}
