import ArgumentParser
import ClawConfig
import ClawSupport

/// A shell that can complete our commands, and how it learns them.
enum ShellCompletion: String, CaseIterable, ExpressibleByArgument {
    case zsh
    case bash
    case fish

    /// The script that the shell reads. It is made from the commands, as help is.
    var script: String {
        let shell: CompletionShell =
            switch self {
            case .zsh: .zsh
            case .bash: .bash
            case .fish: .fish
            }
        return GlobalCompletion.added(to: OpenClaw.completionScript(for: shell), of: self)
    }

    /// The file's name below the folder of completions. zsh finds functions by the names of their files.
    var fileName: String {
        switch self {
        case .zsh: "_openclaw"
        case .bash: "openclaw.bash"
        case .fish: "openclaw.fish"
        }
    }

    /// The file that the shell reads when it starts.
    func profile(home: String, environment: [String: String]) -> String {
        func folder(_ variable: String) -> String? { environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        return switch self {
        case .zsh: "\(folder("ZDOTDIR") ?? home)/.zshrc"
        case .bash: "\(home)/.bashrc"
        case .fish: "\(folder("XDG_CONFIG_HOME") ?? "\(home)/.config")/fish/config.fish"
        }
    }

    private static let begin = "# >>> openclaw completion >>>"
    private static let end = "# <<< openclaw completion <<<"

    static func isInstalled(in profile: String) -> Bool { profile.contains(begin) }

    /// The lines for that file, between marks by which they are found again.
    func profileLines(folder: String) -> String {
        let quoted = "'\(folder.replacing("'", with: "'\\''"))'"
        let lines =
            switch self {
            case .zsh: "fpath=(\(quoted) $fpath)\nautoload -Uz compinit && compinit -i"
            case .bash: "[ -r \(quoted)/\(fileName) ] && . \(quoted)/\(fileName)"
            case .fish: "test -r \(quoted)/\(fileName); and source \(quoted)/\(fileName)"
            }
        return "\(Self.begin)\n\(lines)\n\(Self.end)\n"
    }
}
