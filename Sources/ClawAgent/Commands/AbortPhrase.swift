/// The words by which a person stops a running turn.
package enum AbortPhrase {
    /// Whether the whole message is such a word, whatever its case and the punctuation behind it.
    package static func isStop(_ text: String) -> Bool {
        if text.utf8.count > 200 { return false }
        let words = text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        var plain = words.map { $0 == "’" || $0 == "`" ? "'" : $0 }[...]
        while let last = plain.last, trailing.contains(last) { plain = plain.dropLast() }
        return phrases.contains(String(plain))
    }

    private static let trailing: Set<Character> = [
        ".", "!", "?", ",", ";", ":", "…", "。", "！", "？", "、", ")", "\"", "'", "।", "؟", " ",
    ]

    private static let phrases: Set<String> = [
        "/stop", "stop", "esc", "abort", "wait", "exit", "interrupt", "halt", "stop openclaw", "openclaw stop",
        "stop action", "stop current action", "stop run", "stop current run", "stop agent", "stop the agent",
        "stop don't do anything", "stop dont do anything", "stop do not do anything", "stop doing anything",
        "do not do that", "please stop", "stop please", "detente", "deten", "detén", "arrete", "arrête", "停止", "やめて",
        "止めて", "रुको", "توقف", "стоп", "остановись", "останови", "остановить", "прекрати", "anhalten", "aufhören",
        "hoer auf", "stopp", "pare",
    ]
}
