import ClawCore
import ClawSupport

/// What the model calls of a run cost, and what of it the session entry keeps.
struct SessionUsage: Sendable, Hashable {
    private(set) var sum = TokenUsage()
    private(set) var last = TokenUsage()

    init() {}

    mutating func add(_ usage: TokenUsage) {
        guard usage.total > 0 else { return }
        sum.input += usage.input
        sum.output += usage.output
        sum.cacheRead += usage.cacheRead
        sum.cacheWrite += usage.cacheWrite
        sum.cost += usage.cost
        last = usage
    }

    /// The members of the session entry after a run: counts of the whole run, but `totalTokens` is the size of the last
    /// prompt, which is what the context holds.
    func patch(model: ModelDescription?, isAborted: Bool, now: Int64) -> JSONObject {
        var patch: JSONObject = ["updatedAt": .int64(now), "systemSent": true, "abortedLastRun": .bool(isAborted)]
        if let model {
            patch["modelProvider"] = .string(model.reference.provider)
            patch["model"] = .string(model.reference.model)
            patch["contextTokens"] = .int(model.contextWindow)
        }
        guard sum.total > 0 else { return patch }
        patch["inputTokens"] = .int(sum.input)
        patch["outputTokens"] = .int(sum.output)
        patch["cacheRead"] = .int(sum.cacheRead)
        patch["cacheWrite"] = .int(sum.cacheWrite)
        patch["totalTokens"] = .int(last.input + last.cacheRead + last.cacheWrite)
        patch["totalTokensFresh"] = true
        return patch
    }
}
