import ClawCore

/// The models that a turn may use, in order, and where it stands in that list.
struct ModelRoute: Sendable, Hashable {
    let candidates: [ModelReference]
    private(set) var position = 0
    private(set) var attempts: [String] = []
    /// How often the vendor said that a request was too long.
    private(set) var trim = 0

    static let maximumTrims = 3

    /// The chosen model first, then the fallbacks, then the configured one; each once.
    init(selected: ModelReference, settings: AgentSettings) {
        var seen: Set<ModelReference> = []
        candidates = ([selected] + settings.fallbacks + [settings.model]).filter { seen.insert($0).inserted }
    }

    var current: ModelReference { candidates[position] }

    enum Verdict: Sendable, Hashable {
        /// Ask the same model again with less history.
        case trimAndRetry
        /// Ask `current`, which is another model now.
        case next
        case giveUp(message: String)
    }

    /// What to do after a failed call.
    mutating func fail(_ error: ProviderError) -> Verdict {
        if error.reason == .contextOverflow {
            guard trim < Self.maximumTrims else {
                return .giveUp(message: "The conversation does not fit the model's window: \(error.message)")
            }
            trim += 1
            return .trimAndRetry
        }
        attempts.append("\(current): \(error.message)")
        guard position + 1 < candidates.count else {
            if attempts.count == 1 { return .giveUp(message: error.message) }
            return .giveUp(message: "All models failed. \(attempts.joined(separator: " | "))")
        }
        position += 1
        trim = 0
        return .next
    }
}
