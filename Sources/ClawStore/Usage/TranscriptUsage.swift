package import ClawCore
import ClawSupport

/// What is known of the price of a model; nil when it is not known.
package typealias PriceList = @Sendable (ModelReference) -> ModelPrice?

/// Counts what a transcript holds, one entry after the other.
struct TranscriptUsage {
    private static let dayLimit = 4000
    /// A later answer is not the answer to the question any more.
    private static let longestLatency: Int64 = 12 * 3_600_000

    private(set) var days: [String: UsageTally] = [:]
    private let calendar: DayCalendar
    private let price: PriceList
    private var askedAt: Int64?

    init(calendar: DayCalendar, price: @escaping PriceList) {
        self.calendar = calendar
        self.price = price
    }

    /// Reads a whole file, in pieces; one that is missing holds nothing.
    mutating func read(_ path: String) throws(FileError) {
        guard let descriptor = try TranscriptFile.openForReading(path) else { return }
        let file = OpenFile(descriptor: descriptor)
        var lines = ForwardLines(descriptor: file.descriptor, path: path)
        while let line = try lines.next() {
            // A damaged line stays in the file and counts for nothing.
            guard let entry = try? JSONParser.parse(Array(line), mode: .lenient) else { continue }
            if entry["type"] == "message", let message = entry["message"] { take(message, entry) }
        }
    }

    private mutating func take(_ message: JSONValue, _ entry: JSONValue) {
        let own = message["timestamp"]?.intValue.map(Int64.init)
        guard let time = own ?? entry["timestamp"]?.stringValue.flatMap(ISOTimestamp.parse), time > 0 else { return }
        let day = calendar.day(at: time).description
        if days[day] == nil, days.count >= Self.dayLimit { return }
        var tally = days[day] ?? UsageTally()
        tally.touch(time)
        switch message["role"]?.stringValue {
        case "user":
            tally.messages.user += 1
            askedAt = time
        case "assistant": takeAnswer(message, at: time, &tally)
        case "toolResult":
            tally.messages.toolResults += 1
            if message["isError"] == true { tally.messages.errors += 1 }
        default: break
        }
        days[day] = tally
    }

    private mutating func takeAnswer(_ message: JSONValue, at time: Int64, _ tally: inout UsageTally) {
        tally.messages.assistant += 1
        if message["stopReason"] == "error" { tally.messages.errors += 1 }
        for block in message["content"]?.arrayValue ?? [] {
            guard ["toolCall", "toolUse", "tool_use", "functionCall"].contains(block["type"]?.stringValue) else {
                continue
            }
            tally.messages.toolCalls += 1
            tally.addTool(block["name"]?.stringValue ?? "(unnamed)")
        }
        if let asked = askedAt, time >= asked, time - asked <= Self.longestLatency {
            tally.addLatency(Int(time - asked))
        }
        askedAt = nil
        guard let totals = AnswerUsage.totals(of: message, price) else { return }
        tally.totals.add(totals)
        tally.add(UsageTally.Model(count: 1, totals: totals), to: AnswerUsage.model(of: message))
    }
}

/// What one answer in a transcript used.
enum AnswerUsage {
    static func model(of message: JSONValue) -> ModelReference {
        ModelReference(
            provider: message["provider"]?.stringValue ?? "unknown", model: message["model"]?.stringValue ?? "unknown")
    }

    /// Nil for a message that no model made, or that used nothing.
    static func totals(of message: JSONValue, _ price: PriceList) -> UsageTotals? {
        guard message["role"] == "assistant", let recorded = message["usage"], recorded.objectValue != nil else {
            return nil
        }
        let usage = MessageCoding.decodeUsage(recorded)
        let totals = UsageTotals(usage, cost: recorded["cost"], price: price(model(of: message)))
        return totals.totalTokens == 0 && totals.totalCost == 0 ? nil : totals
    }
}
