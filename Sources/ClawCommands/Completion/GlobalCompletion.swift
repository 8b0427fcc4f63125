/// The options that every command takes are taken out before the parser sees the words, so that its scripts know nothing of
/// them. This adds them to every command of a script.
enum GlobalCompletion {
    private static let levels = GlobalOptions.logLevels.joined(separator: " ")

    static func added(to script: String, of shell: ShellCompletion) -> String {
        switch shell {
        case .bash: bash(script)
        case .zsh: zsh(script)
        case .fish: fish(script)
        }
    }

    private static func bash(_ script: String) -> String {
        let offer = "__openclaw_offer_flags_options "
        let values = """
                case "${prev}" in
                '--profile') return ;;
                '--log-level')
                    COMPREPLY=($(compgen -W '\(levels)' -- "${cur}"))
                    return
                    ;;
                esac
            """
        let lines = script.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            var line = String(line)
            if let place = line.firstRange(of: "non_repeating_flags=(-") {
                line.replaceSubrange(place, with: "non_repeating_flags=(--dev --no-color -")
            } else if let place = line.firstRange(of: "non_repeating_flags=(--") {
                line.replaceSubrange(place, with: "non_repeating_flags=(--dev --no-color --")
            } else if let place = line.firstRange(of: "non_repeating_options=(") {
                let isEmpty = line[place.upperBound...].hasPrefix(")")
                line.replaceSubrange(
                    place, with: "non_repeating_options=(--profile --log-level\(isEmpty ? "" : " ")")
            } else if line.drop(while: { $0 == " " }).hasPrefix(offer) {
                line += "\n\(values)"
            }
            return line
        }
        return lines.joined(separator: "\n")
    }

    private static func zsh(_ script: String) -> String {
        let start = "local -ar arg_specs=("
        let specs = """

                    '--profile[Use the state directory ~/.openclaw-<name>.]:name:'
                    '--dev[Use the profile dev and port 19001.]'
                    '--no-color[Print without colours.]'
                    '--log-level[What is logged.]:level:(\(levels))'
            """
        return script.replacing(start, with: start + specs)
    }

    private static func fish(_ script: String) -> String {
        let help = "'h/help'"
        let lines = script.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let isParsing = line.drop { $0 == " " }.hasPrefix("__openclaw_parse_subcommand ")
            return isParsing ? line.replacing(help, with: "'profile=' 'dev' 'no-color' 'log-level=' \(help)") : line
        }
        let options = """
            complete -c 'openclaw' -l 'profile' -d 'Use the state directory ~/.openclaw-<name>.' -rfka ''
            complete -c 'openclaw' -l 'dev' -d 'Use the profile dev and port 19001.'
            complete -c 'openclaw' -l 'no-color' -d 'Print without colours.'
            complete -c 'openclaw' -l 'log-level' -d 'What is logged.' -rfka '\(levels)'
            """
        return lines.joined(separator: "\n") + (script.hasSuffix("\n") ? "" : "\n") + options
    }
}
