import ClawClient
import ClawProtocol
import ClawSupport

/// The answer of one run as it appears on the terminal: text as it grows, and a line for each tool.
struct AgentAnswer: Sendable {
    private let runID: String
    private let terminal: Terminal
    /// The newest text of the run, all of which is on the terminal.
    private var shown = ""
    /// Whether the terminal's last line waits for more.
    private var isLineOpen = false
    /// The text with which the run ended, as clients were told.
    private var ending: String?

    init(runID: String, terminal: Terminal) {
        self.runID = runID
        self.terminal = terminal
    }

    /// Shows what is new of this run; the rest is ignored.
    mutating func show(_ update: EventFollower.Update) {
        switch update {
        case .event(let event): show(event)
        case .standing(let standing):
            guard let run = standing?.runs.first(where: { $0.run == runID }) else { return }
            if !run.isRunning { ending = run.text }
            if !run.text.isEmpty { showText(run.text) }
            for event in run.toolEvents { show(event) }
        }
    }

    private mutating func show(_ event: EventFrame) {
        guard let payload = event.payload, payload["runId"]?.stringValue == runID else { return }
        if event.name == .chat, payload["state"] != "delta" {
            ending = payload["message"]?["content"]?.arrayValue?.first?["text"]?.stringValue
        }
        guard event.name == .agent else { return }
        let data = payload["data"]
        switch payload["stream"]?.stringValue {
        case "assistant": showText(data?["text"]?.stringValue ?? "")
        case "tool" where data?["phase"] == "start": startTool(data?["name"]?.stringValue ?? "tool")
        case "lifecycle" where data?["phase"] == "start":
            // Another model may have taken over: it begins anew.
            endLine()
            shown = ""
        default: break
        }
    }

    /// `text` is the whole text so far: of the run, or of its newest message.
    private mutating func showText(_ text: String) {
        var added = text[...]
        if text.hasPrefix(shown) { added = text.dropFirst(shown.count) } else { endLine() }
        shown = text
        if !isLineOpen { added = added.drop(while: \.isNewline) }
        if added.isEmpty { return }
        terminal.write(TerminalText.clean(String(added)))
        isLineOpen = added.last?.isNewline != true
    }

    private mutating func startTool(_ name: String) {
        endLine()
        terminal.line(terminal.styled("[\(TerminalText.clean(name, isOneLine: true))]", .muted))
    }

    /// Ends a line that waits for more.
    mutating func endLine() {
        if isLineOpen { terminal.line() }
        isLineOpen = false
    }

    /// Shows what of the final result is not on the terminal yet.
    mutating func finish(_ result: JSONValue) {
        defer { endLine() }
        if result.isNull { return }
        let payloads = result["result"]?["payloads"]?.arrayValue ?? []
        var texts = payloads.compactMap { $0["text"]?.stringValue }.filter { !$0.isEmpty }
        // A result that is asked for again may come without its text.
        if texts.isEmpty, let ending, !ending.isEmpty { texts = [ending] }
        let whole = texts.joined(separator: "\n\n")
        if whole.hasPrefix(shown) {
            showText(whole)
        } else if let last = texts.last, last.hasPrefix(shown) {
            showText(last)
        } else if !shown.hasSuffix(whole) {
            showText(whole)
        }
        if result["result"]?["meta"]?["aborted"]?.boolValue == true {
            endLine()
            terminal.note("The run was stopped before it was done.")
        } else if shown.isEmpty {
            terminal.note("The agent chose not to answer; `openclaw why \(runID)` tells the reason.")
        }
    }
}
