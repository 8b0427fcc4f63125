import ClawProtocol
import ClawSupport

/// The answer of one run as it appears on the terminal: text as it grows, and a line for each tool.
struct AgentAnswer: Sendable {
    private let runID: String
    private let terminal: Terminal
    /// What of the current text stands on the terminal.
    private var shown = ""

    init(runID: String, terminal: Terminal) {
        self.runID = runID
        self.terminal = terminal
    }

    /// Shows an `agent` event of this run; others are ignored.
    mutating func show(_ event: EventFrame) {
        guard event.name == .agent, let payload = event.payload, payload["runId"]?.stringValue == runID else { return }
        let data = payload["data"]
        switch payload["stream"]?.stringValue {
        case "assistant": showText(data?["text"]?.stringValue ?? "")
        case "tool" where data?["phase"] == "start": startTool(data?["name"]?.stringValue ?? "tool")
        case "lifecycle" where data?["phase"] == "start": endLine()
        default: break
        }
    }

    /// `text` is the whole text so far of the current message.
    private mutating func showText(_ text: String) {
        if !text.hasPrefix(shown) { endLine() }
        let added = text.dropFirst(shown.count)
        if !added.isEmpty { terminal.write(TerminalText.clean(String(added))) }
        shown = text
    }

    private mutating func startTool(_ name: String) {
        endLine()
        terminal.line(terminal.styled("[\(TerminalText.clean(name, isOneLine: true))]", .muted))
    }

    private mutating func endLine() {
        if !shown.isEmpty, !shown.hasSuffix("\n") { terminal.line() }
        shown = ""
    }

    /// Shows what of the final result is not on the terminal yet.
    mutating func finish(_ result: JSONValue) {
        if result.isNull { return endLine() }
        let payloads = result["result"]?["payloads"]?.arrayValue ?? []
        let texts = payloads.compactMap { $0["text"]?.stringValue }.filter { !$0.isEmpty }
        if let last = texts.last, !shown.isEmpty, last.hasPrefix(shown) || shown.hasPrefix(last) {
            showText(last.count > shown.count ? last : shown)
        } else {
            showText(texts.joined(separator: "\n\n"))
        }
        let isEmpty = shown.isEmpty
        endLine()
        if result["result"]?["meta"]?["aborted"]?.boolValue == true {
            terminal.note("The run was stopped before it was done.")
        } else if isEmpty {
            terminal.note("The agent chose not to answer; `openclaw why \(runID)` tells the reason.")
        }
    }
}
