import ArgumentParser
package import ClawCore

/// Finds a mistyped command and the one that was meant, before the parser sees the words.
package enum CommandSuggestion {
    /// Nil when the words name a command, or when they cannot be judged.
    package static func error(for arguments: [String]) -> ClawError? {
        var command: any ParsableCommand.Type = OpenClaw.self
        var path = ["openclaw"]
        for word in arguments {
            let subcommands = command.configuration.subcommands
            if subcommands.isEmpty || word.hasPrefix("-") || word == "help" { return nil }
            if let next = subcommands.first(where: { names(of: $0).contains(word) }) {
                command = next
                path.append(next._commandName)
                continue
            }
            let known = subcommands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
            return unknown(word, path.joined(separator: " "), known)
        }
        return nil
    }

    static func names(of command: any ParsableCommand.Type) -> [String] {
        [command._commandName] + command.configuration.aliases
    }

    private static func unknown(_ word: String, _ path: String, _ known: [String]) -> ClawError {
        let shown = TerminalText.clean(String(word.prefix(40)), isOneLine: true)
        let hint =
            if let nearest = nearest(to: word, in: known) {
                "Did you mean `\(path) \(nearest)`?"
            } else {
                "See `\(path) --help` for the commands."
            }
        return ClawError(.invalidRequest, "There is no command \"\(path) \(shown)\".", hint: hint)
    }

    private static func nearest(to word: String, in known: [String]) -> String? {
        let nearest = known.map { (name: $0, distance: distance(word, $0)) }.min { $0.distance < $1.distance }
        guard let nearest, nearest.distance <= max(2, nearest.name.count / 3) else { return nil }
        return nearest.name
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
    static func distance(_ left: String, _ right: String) -> Int {
        let one = Array(left.lowercased().prefix(40))
        let other = Array(right.lowercased().prefix(40))
        var rows = [[Int]](repeating: [Int](repeating: 0, count: other.count + 1), count: one.count + 1)
        for row in 0...one.count { rows[row][0] = row }
        for column in 0...other.count { rows[0][column] = column }
        if one.isEmpty || other.isEmpty { return max(one.count, other.count) }
        for row in 1...one.count {
            for column in 1...other.count {
                let cost = one[row - 1] == other[column - 1] ? 0 : 1
                var best = min(rows[row - 1][column] + 1, rows[row][column - 1] + 1, rows[row - 1][column - 1] + cost)
                let isSwap =
                    row > 1 && column > 1 && one[row - 1] == other[column - 2] && one[row - 2] == other[column - 1]
                if isSwap { best = min(best, rows[row - 2][column - 2] + 1) }
                rows[row][column] = best
            }
        }
        return rows[one.count][other.count]
    }
}

extension CommandSuggestion {
    /// The longest start of `arguments` that names a command, for "see … --help".
    static func path(for arguments: [String]) -> String { named(by: arguments).path.joined(separator: " ") }

    private static func named(by arguments: [String]) -> (command: any ParsableCommand.Type, path: [String]) {
        var command: any ParsableCommand.Type = OpenClaw.self
        var path = ["openclaw"]
        for word in arguments where !word.hasPrefix("-") {
            guard let next = command.configuration.subcommands.first(where: { names(of: $0).contains(word) }) else {
                break
            }
            command = next
            path.append(next._commandName)
        }
        return (command, path)
    }

    /// An option that the command does not take: names the one that was meant, if one is near.
    static func unknownOption(_ option: String, in arguments: [String]) -> ClawError {
        let (named, path) = named(by: arguments)
        let command = named.configuration.defaultSubcommand ?? named
        let name = option.prefix { $0 != "=" }
        let known = options(in: OpenClaw.helpMessage(for: command, columns: 400)) + GlobalOptions.names
        let isLong = name.hasPrefix("--")
        let hint =
            if isLong, let nearest = nearest(to: String(name), in: known) {
                "Did you mean `\(nearest)`?"
            } else {
                "See `\(path.joined(separator: " ")) --help`."
            }
        let shown = TerminalText.clean(String(name.prefix(40)), isOneLine: true)
        return ClawError(
            .invalidRequest, "`\(path.joined(separator: " "))` knows no option \(shown).", hint: hint)
    }

    /// The long options that a help text names.
    private static func options(in help: String) -> [String] {
        let words = help.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) && $0 != "-" }
        return words.filter { $0.hasPrefix("--") && $0.count > 2 }.map(String.init)
    }
}
