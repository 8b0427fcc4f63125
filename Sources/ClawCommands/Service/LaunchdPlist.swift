/// The text of a launch agent that runs the Gateway on a Mac.
enum LaunchdPlist {
    /// A comment of every file of ours; a file without it was written by somebody else.
    static let mark = "<!-- Written by `openclaw gateway install`; `openclaw gateway uninstall` removes it. -->"

    static func text(_ plan: ServicePlan, label: String) -> String {
        var body = entry("Label", string(label)) + entry("Comment", string(plan.description))
        body += entry("RunAtLoad", "<true/>") + entry("KeepAlive", "<true/>")
        body += entry("ThrottleInterval", "<integer>1</integer>")
        // Octal 077: what the service makes is for its owner.
        body += entry("Umask", "<integer>63</integer>")
        body += entry("ProgramArguments", array(plan.command))
        body += entry("WorkingDirectory", string(plan.workingDirectory))
        body += entry("StandardOutPath", string("\(plan.logsDirectory)/gateway.log"))
        body += entry("StandardErrorPath", string("\(plan.logsDirectory)/gateway.err.log"))
        let variables = plan.variables.map { "      <key>\(escaped($0.name))</key>\n      \(string($0.value))\n" }
        body += entry("EnvironmentVariables", "<dict>\n\(variables.joined())    </dict>")
        return """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
            \(mark)
            <plist version="1.0">
              <dict>
            \(body)  </dict>
            </plist>

            """
    }

    static func isOurs(_ text: String) -> Bool { text.contains("\n\(mark)\n") }

    /// What a file of ours runs; nil for others, whose layout is not known.
    static func command(in text: String) -> ServiceCommand? {
        guard isOurs(text) else { return nil }
        var key = ""
        var isInArguments = false
        var words: [String] = []
        var directory: String?
        var variables: [ServicePlan.Variable] = []
        for line in text.split(separator: "\n") {
            let line = line.drop { $0 == " " }
            if let name = content(of: line, "key") {
                (key, isInArguments) = (name, name == "ProgramArguments")
            } else if let value = content(of: line, "string") {
                if isInArguments {
                    words.append(value)
                } else if key == "WorkingDirectory" {
                    directory = value
                } else if key.allSatisfy({ $0.isUppercase || $0 == "_" || $0.isNumber }) || key.hasSuffix("_proxy") {
                    variables.append(ServicePlan.Variable(name: key, value: value))
                }
            }
        }
        return words.isEmpty ? nil : ServiceCommand(words: words, workingDirectory: directory, variables: variables)
    }

    private static func content(of line: Substring, _ tag: String) -> String? {
        guard line.hasPrefix("<\(tag)>"), line.hasSuffix("</\(tag)>") else { return nil }
        return line.dropFirst(tag.count + 2).dropLast(tag.count + 3).replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">").replacing("&amp;", with: "&").description
    }

    private static func entry(_ key: String, _ value: String) -> String {
        "    <key>\(key)</key>\n    \(value)\n"
    }

    private static func string(_ text: String) -> String { "<string>\(escaped(text))</string>" }

    private static func array(_ values: [String]) -> String {
        "<array>\n\(values.map { "      \(string($0))\n" }.joined())    </array>"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
