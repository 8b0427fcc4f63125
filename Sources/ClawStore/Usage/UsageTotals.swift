import ClawCore
import ClawSupport

/// Tokens and US dollars, summed over answers of models.
package struct UsageTotals: Sendable, Hashable {
    package var input = 0
    package var output = 0
    package var cacheRead = 0
    package var cacheWrite = 0
    package var inputCost = 0.0
    package var outputCost = 0.0
    package var cacheReadCost = 0.0
    package var cacheWriteCost = 0.0
    package var totalCost = 0.0
    /// Answers that used tokens whose price nobody knows.
    package var missingCostEntries = 0

    package init() {}

    package var totalTokens: Int { input + output + cacheRead + cacheWrite }

    /// The totals of one answer: what the transcript says it cost, else what `price` makes of it.
    init(_ usage: TokenUsage, cost recorded: JSONValue?, price: ModelPrice?) {
        input = usage.input
        output = usage.output
        cacheRead = usage.cacheRead
        cacheWrite = usage.cacheWrite
        func part(_ name: String) -> Double { max(0, recorded?[name]?.doubleValue ?? 0) }
        if part("total") > 0 {
            totalCost = part("total")
            inputCost = part("input")
            outputCost = part("output")
            cacheReadCost = part("cacheRead")
            cacheWriteCost = part("cacheWrite")
            let isSplit = inputCost + outputCost + cacheReadCost + cacheWriteCost > 0
            if !isSplit, let price { split(totalCost, by: price) }
        } else if let price {
            totalCost = price.cost(of: usage)
            split(totalCost, by: price)
        } else if totalTokens > 0 {
            missingCostEntries = 1
        }
    }

    /// Shares a known total out in the proportions of the price.
    private mutating func split(_ total: Double, by price: ModelPrice) {
        let parts = [
            Double(input) * price.input, Double(output) * price.output, Double(cacheRead) * price.cacheRead,
            Double(cacheWrite) * price.cacheWrite,
        ]
        let sum = parts.reduce(0, +)
        guard sum > 0 else { return }
        inputCost = total * parts[0] / sum
        outputCost = total * parts[1] / sum
        cacheReadCost = total * parts[2] / sum
        cacheWriteCost = total * parts[3] / sum
    }

    package mutating func add(_ other: UsageTotals) {
        input += other.input
        output += other.output
        cacheRead += other.cacheRead
        cacheWrite += other.cacheWrite
        inputCost += other.inputCost
        outputCost += other.outputCost
        cacheReadCost += other.cacheReadCost
        cacheWriteCost += other.cacheWriteCost
        totalCost += other.totalCost
        missingCostEntries += other.missingCostEntries
    }
}

/// How many messages of which kind.
package struct MessageCounts: Sendable, Hashable {
    package var user = 0
    package var assistant = 0
    package var toolCalls = 0
    package var toolResults = 0
    package var errors = 0

    package init() {}

    /// What was said; results of tools are not counted.
    package var total: Int { user + assistant }

    package mutating func add(_ other: MessageCounts) {
        user += other.user
        assistant += other.assistant
        toolCalls += other.toolCalls
        toolResults += other.toolResults
        errors += other.errors
    }
}
