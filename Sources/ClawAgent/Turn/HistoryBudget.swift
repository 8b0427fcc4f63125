package import ClawCore
import ClawSupport

/// Shortens a repaired history until it fits, always in the same way: payloads of old tool results first, then the
/// oldest turns, then results and rounds of the current turn, and last the middle of the longest text. It cannot fail.
package struct HistoryBudget: Sendable {
    /// In tokens.
    package var limit: Int

    package init(limit: Int) { self.limit = max(64, limit) }

    static let clearedResult = "[old tool result left out to save space]"

    /// A history that begins with a user message and costs no more than the limit.
    package func fit(_ history: [ModelMessage]) -> [ModelMessage] {
        var messages = history
        var costs = messages.map { TokenEstimate.tokens(in: $0) }
        var total = costs.reduce(0, +)
        if total <= limit { return messages }
        let current = Self.startOfLastTurn(messages)
        clearResults(in: 0..<current, &messages, &costs, &total)
        dropOldTurns(&messages, &costs, &total)
        if total <= limit { return messages }
        // Only the current turn is left. Its newest results are what the model works with, so older ones go first.
        clearResults(in: 0..<max(0, messages.count - 1), &messages, &costs, &total)
        dropOldRounds(&messages, &costs, &total)
        if total <= limit { return messages }
        let shortened = shorten(messages)
        if shortened.reduce(0, { $0 + TokenEstimate.tokens(in: $1) }) <= limit { return shortened }
        // More calls than there is room for: the person's words must do.
        return shorten(Array(messages.prefix(1)))
    }

    private static func startOfLastTurn(_ messages: [ModelMessage]) -> Int {
        messages.lastIndex { if case .user = $0 { true } else { false } } ?? 0
    }

    /// Replaces results, oldest first, until the history fits. Short ones stay: nothing would be won.
    private func clearResults(
        in range: Range<Int>, _ messages: inout [ModelMessage], _ costs: inout [Int], _ total: inout Int
    ) {
        for position in range {
            if total <= limit { return }
            guard case .toolResult(var result) = messages[position], costs[position] > 40 else { continue }
            result.content = [.text(Self.clearedResult)]
            replace(position, with: .toolResult(result), &messages, &costs, &total)
        }
    }

    private func replace(
        _ position: Int, with message: ModelMessage, _ messages: inout [ModelMessage], _ costs: inout [Int],
        _ total: inout Int
    ) {
        messages[position] = message
        total -= costs[position]
        costs[position] = TokenEstimate.tokens(in: message)
        total += costs[position]
    }

    private func dropOldTurns(_ messages: inout [ModelMessage], _ costs: inout [Int], _ total: inout Int) {
        var dropped = 0
        let last = Self.startOfLastTurn(messages)
        while total > limit, dropped < last {
            var next = dropped + 1
            while next < last, case .user = messages[next] { next += 1 }
            while next < last {
                if case .user = messages[next] { break }
                next += 1
            }
            total -= costs[dropped..<next].reduce(0, +)
            dropped = next
        }
        messages.removeFirst(dropped)
        costs.removeFirst(dropped)
    }

    /// Drops the oldest tool rounds of the current turn (an assistant message with its results), but not the newest.
    private func dropOldRounds(_ messages: inout [ModelMessage], _ costs: inout [Int], _ total: inout Int) {
        while total > limit {
            let rounds = messages.indices.filter { if case .assistant = messages[$0] { true } else { false } }
            guard rounds.count > 1 else { return }
            let range = rounds[0]..<rounds[1]
            total -= costs[range].reduce(0, +)
            messages.removeSubrange(range)
            costs.removeSubrange(range)
        }
    }

    /// Gives every message that is left an equal share and cuts the texts that need more.
    private func shorten(_ messages: [ModelMessage]) -> [ModelMessage] {
        let share = max(16, limit / max(1, messages.count) - TokenEstimate.messageOverhead - 16)
        return messages.map { message in
            switch message {
            case .user(var user):
                user.content = shorten(user.content, to: share)
                return .user(user)
            case .assistant(var assistant):
                assistant.content = shorten(assistant.content, to: share)
                return .assistant(assistant)
            case .toolResult(var result):
                result.content = shorten(result.content, to: share)
                return .toolResult(result)
            }
        }
    }

    private func shorten(_ content: [ContentBlock], to share: Int) -> [ContentBlock] {
        var room = share
        return content.map { block in
            switch block {
            case .text(let text):
                let kept = Self.cut(text, to: max(0, room))
                room -= TokenEstimate.tokens(in: kept)
                return .text(kept)
            case .thinking: return .text(Self.cut("[thoughts left out]", to: max(0, room)))
            case .image:
                if room >= TokenEstimate.image {
                    room -= TokenEstimate.image
                    return block
                }
                return .text(Self.cut("[image left out]", to: max(0, room)))
            case .toolCall(var call):
                // Arguments must stay an object that the vendor accepts; the texts in it are what is long.
                for (name, value) in call.arguments {
                    if let text = value.stringValue {
                        call.arguments[name] = .string(Self.cut(text, to: max(0, room / 2)))
                    }
                }
                return .toolCall(call)
            }
        }
    }

    /// A text that costs at most `tokens`. One byte a token is safe for every script, three are for most.
    private static func cut(_ text: String, to tokens: Int) -> String {
        if TokenEstimate.tokens(in: text) <= tokens { return text }
        let note = 24
        for bytes in [(tokens - note) * 3, tokens - note] where bytes >= 60 {
            let kept = TextCut.middle(text, limit: bytes, name: "text")
            if TokenEstimate.tokens(in: kept) <= tokens { return kept }
        }
        return String(TextCut.prefix(text, bytes: tokens))
    }
}
