/// The expressions that count as addressing the agent.
package struct MentionPatterns: Sendable {
    /// More patterns than this are not used, and reported.
    package static let limit = 64

    private let patterns: [ConfiguredPattern]
    /// The patterns that do not compile, by position in the list, with the reason.
    package let faults: [(position: Int, fault: PatternFault)]

    package init(_ sources: [String]) {
        var patterns: [ConfiguredPattern] = []
        var faults: [(position: Int, fault: PatternFault)] = []
        for (position, source) in sources.enumerated() {
            if position >= Self.limit {
                faults.append((position, PatternFault(message: "more than \(Self.limit) patterns", offset: 0)))
                break
            }
            do throws(PatternFault) { patterns.append(try ConfiguredPattern(source)) } catch {
                faults.append((position, error))
            }
        }
        self.patterns = patterns
        self.faults = faults
    }

    package static let none = MentionPatterns([])

    package var isEmpty: Bool { patterns.isEmpty }

    package func matches(_ text: String) -> Bool { patterns.contains { $0.match(text) == .matched } }
}
