import ClawCore
import ClawSupport

/// What the demo answers: a pure function of the conversation.
struct DemoScript {
    /// One answer: text, a tool call, or a sentence and then a call.
    struct Reply: Sendable, Hashable {
        var text: String
        var toolCall: ToolCall?

        init(_ text: String, toolCall: ToolCall? = nil) {
            self.text = text
            self.toolCall = toolCall
        }

        /// The text in the pieces in which it is streamed: sentences, and lines of lists.
        var pieces: [String] {
            var pieces: [String] = []
            var piece = ""
            var endsSentence = false
            for character in text {
                if endsSentence, !character.isWhitespace {
                    pieces.append(piece)
                    piece = ""
                    endsSentence = false
                }
                piece.append(character)
                if character.isNewline || ".!?".contains(character) {
                    endsSentence = true
                } else if !character.isWhitespace {
                    endsSentence = false
                }
            }
            if !piece.isEmpty { pieces.append(piece) }
            // A long text, such as a file that was read, in a few pieces all the same.
            return pieces.count <= 12 ? pieces : pieces.prefix(11) + [pieces.dropFirst(11).joined()]
        }
    }

    private static let label = "I am a built-in script, not an AI."
    private static let nextStep =
        "To talk with a real model set ANTHROPIC_API_KEY or OPENAI_API_KEY, or set models.providers.ollama.baseUrl or "
        + "models.providers.vllm.baseUrl for a server of your own."
    private static let abilities = """
        I understand:
        - hello, thanks, bye
        - help, or what can you do
        - my name is …, and later: what is my name
        - repeat …
        - read <file>
        - list sessions
        - what time is it
        """
    /// As much of a tool's result as an answer shows.
    private static let shownResult = 2000

    private let request: ModelRequest

    init(_ request: ModelRequest) { self.request = request }

    var reply: Reply {
        switch request.messages.last {
        case .toolResult(let result): return Reply(Self.text(of: result))
        case .user(let message):
            let said = Self.said(message)
            if said.contains("HEARTBEAT_OK") { return Reply("HEARTBEAT_OK") }
            if said.contains("NO_REPLY") { return Reply("NO_REPLY") }
            return commandReply(said) ?? smallTalk(said)
        default: return Reply("\(Self.label) Say help to see what I understand.")
        }
    }

    /// What a person wrote, without the bracket in which channels put the sender and the time.
    private static func said(_ message: UserMessage) -> String {
        var text = message.content.compactMap(\.plainText).joined(separator: "\n")[...]
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") { text = text[text.index(after: end)...] }
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }

    /// Lower case, words apart by one blank, without punctuation at the ends: the form in which sentences are compared.
    private static func plain(_ text: String) -> String {
        var words = text.lowercased().split { $0.isWhitespace }.joined(separator: " ")[...]
        while let last = words.last, ".!?,;:".contains(last) { words.removeLast() }
        return String(words)
    }

    private static func rest(of text: String, after prefixes: [String]) -> String? {
        let lowered = text.lowercased()
        for prefix in prefixes where lowered.hasPrefix("\(prefix) ") {
            let rest = text.dropFirst(prefix.count).drop { $0.isWhitespace }
            if !rest.isEmpty { return String(rest) }
        }
        return nil
    }
}

extension DemoScript {
    private func commandReply(_ said: String) -> Reply? {
        let plain = Self.plain(said)
        if let file = Self.rest(of: said, after: ["please read the file", "read the file", "please read", "read"]) {
            let path = file.split(separator: "\n", maxSplits: 1)[0]
            return call("read", ["path": .string(Self.unquoted(String(path)))], saying: "I read \(path).")
        }
        // For those who try functions of their own: the name, and the arguments as JSON.
        if let call = Self.rest(of: said, after: ["use the tool"]) {
            let words = call.split(maxSplits: 1) { $0.isWhitespace }
            // What is no JSON object stands for no arguments.
            let arguments = words.count > 1 ? try? JSONParser.parse(String(words[1])).objectValue : nil
            return self.call(String(words[0]), arguments ?? [:], saying: "")
        }
        if ["list sessions", "list the sessions", "list my sessions", "sessions"].contains(plain) {
            return call("sessions_list", [:], saying: "I look at the sessions.")
        }
        if ["what time is it", "what is the time", "what's the time", "time"].contains(plain) {
            return call("session_status", [:], saying: "I look at the clock.")
        }
        return nil
    }

    private func call(_ tool: String, _ arguments: JSONObject, saying text: String) -> Reply {
        guard request.tools.contains(where: { $0.name == tool }) else {
            return Reply("I would use the tool \(tool) for that, but I may not use it in this session.")
        }
        let earlier = request.messages.count { if case .toolResult = $0 { true } else { false } }
        return Reply(text, toolCall: ToolCall(id: "demo_\(earlier + 1)", name: tool, arguments: arguments))
    }

    private static func unquoted(_ text: String) -> String {
        var text = text[...]
        while let last = text.last, last.isWhitespace { text.removeLast() }
        for quote in ["\"", "'", "`"] where text.count > 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
            return String(text.dropFirst().dropLast())
        }
        return String(text)
    }

    private static func text(of result: ToolResultMessage) -> String {
        let full = result.content.compactMap(\.plainText).joined(separator: "\n")
        let shown = full.count > shownResult ? "\(full.prefix(shownResult))\n…" : full
        if result.isError { return "The tool \(result.toolName) failed: \(shown)" }
        switch result.toolName {
        case "read": return shown.isEmpty ? "The file is empty." : "The file says:\n\(shown)"
        case "session_status": return "The status of this session, with the time:\n\(shown)"
        case "sessions_list":
            // Whatever the tool's JSON holds, the count and the keys are what a person asked for; else it is shown as
            // it is.
            guard let sessions = (try? JSONParser.parse(full, mode: .lenient))?["sessions"]?.arrayValue else {
                return "The sessions:\n\(shown)"
            }
            let keys = sessions.compactMap { $0["key"]?.stringValue }
            let lines = keys.prefix(20).map { "\n- \($0)" }.joined()
            return "There \(keys.count == 1 ? "is 1 session" : "are \(keys.count) sessions"):\(lines)"
        default: return "The tool \(result.toolName) answered:\n\(shown)"
        }
    }
}

extension DemoScript {
    private static let nameSentences = ["my name is", "i am called", "call me"]

    private func smallTalk(_ said: String) -> Reply {
        let plain = Self.plain(said)
        if let text = Self.rest(of: said, after: ["please repeat", "repeat", "say", "echo"]) { return Reply(text) }
        if let name = Self.rest(of: said, after: Self.nameSentences).flatMap(Self.name) {
            return Reply("Nice to meet you, \(name). I find your name again in this conversation when you ask for it.")
        }
        if ["what is my name", "what's my name", "who am i", "do you know my name"].contains(plain) {
            guard let name = rememberedName else {
                return Reply("You have not told me in this conversation. Say: my name is …")
            }
            return Reply("Your name is \(name).")
        }
        let greetings = ["hello", "hi", "hey", "good morning", "good afternoon", "good evening", "hallo", "moin"]
        if greetings.contains(where: { plain == $0 || plain.hasPrefix("\($0) ") || plain.hasPrefix("\($0),") }) {
            let name = rememberedName.map { ", \($0)" } ?? ""
            return Reply("Hello\(name)! \(Self.label) \(Self.nextStep) Say help to see what I understand.")
        }
        let questions = ["help", "/help", "what can you do", "who are you", "what are you", "are you an ai"]
        if questions.contains(plain) { return Reply("\(Self.label) \(Self.abilities)\n\(Self.nextStep)") }
        if ["thanks", "thank you", "thank you very much", "danke"].contains(plain) { return Reply("You are welcome.") }
        if ["bye", "goodbye", "see you", "good night"].contains(plain) { return Reply("Goodbye!") }
        return Reply("\(Self.label) I do not understand that. \(Self.abilities)\n\(Self.nextStep)")
    }

    /// The name that the person gave last in this conversation.
    private var rememberedName: String? {
        for message in request.messages.reversed() {
            guard case .user(let user) = message else { continue }
            if let name = Self.rest(of: Self.said(user), after: Self.nameSentences).flatMap(Self.name) { return name }
        }
        return nil
    }

    /// At most four words, without what ends a sentence.
    private static func name(_ text: String) -> String? {
        let sentence = text.prefix { !".!?,;\n".contains($0) }
        let words = sentence.split { $0.isWhitespace }.prefix(4)
        return words.isEmpty ? nil : String(words.joined(separator: " ").prefix(60))
    }
}
