import CPCRE2

/// Why a text is not a regular expression.
package struct PatternFault: Error, Sendable, Hashable, CustomStringConvertible {
    package let message: String
    /// Offset of the fault in bytes.
    package let offset: Int

    package init(message: String, offset: Int) {
        self.message = message
        self.offset = offset
    }

    package var description: String { "\(message) (at byte \(offset))" }
}

/// A regular expression that a user wrote. Whatever it says and whatever it is matched against, a match ends after a bounded
/// number of steps: PCRE2 counts each step of the pattern over all starting positions, and only the start of a long text is
/// looked at.
package struct ConfiguredPattern: Sendable {
    package enum Result: Sendable, Hashable {
        case matched
        case notMatched
        /// The pattern needed more steps than it may take; callers treat it as no match.
        case limitExceeded
    }

    /// A pattern longer than this, in bytes, is refused.
    package static let patternLimit = 1000
    /// What is looked at of a text, in bytes.
    package static let subjectLimit = 8192
    package static let stepLimit = 100_000

    /// The pattern as it was written.
    package let source: String
    private let compiled: CompiledPattern

    /// Compiles without regard to case. `\u0041` is understood as in JavaScript, where most such patterns come from.
    package init(_ source: String) throws(PatternFault) {
        if source.utf8.count > Self.patternLimit {
            throw PatternFault(
                message: "the pattern is longer than \(Self.patternLimit) bytes", offset: Self.patternLimit)
        }
        let options =
            UInt32(PCRE2_UTF) | UInt32(PCRE2_UCP) | UInt32(PCRE2_CASELESS) | UInt32(PCRE2_ALT_BSUX)
            | UInt32(PCRE2_MATCH_UNSET_BACKREF) | UInt32(PCRE2_NEVER_BACKSLASH_C) | UInt32(PCRE2_AUTO_CALLOUT)
        self.source = source
        compiled = try CompiledPattern(source, options: options)
    }

    package func match(_ text: String) -> Result { matchCountingSteps(text).result }

    /// The result together with the steps that it took, which is what the bound is about.
    package func matchCountingSteps(_ text: String) -> (result: Result, steps: Int) {
        var text = text
        let outcome = text.withUTF8 { bytes in
            var end = min(bytes.count, Self.subjectLimit)
            // A cut in the middle of a character would be invalid text.
            while end < bytes.count, end > 0, bytes[end] & 0xC0 == 0x80 { end -= 1 }
            return compiled.match(
                UnsafeBufferPointer(rebasing: bytes[..<end]), isCut: end < bytes.count, stepLimit: Self.stepLimit)
        }
        switch outcome.result {
        case .matched: return (.matched, outcome.steps)
        case .notMatched: return (.notMatched, outcome.steps)
        case .limitExceeded, .failed: return (.limitExceeded, outcome.steps)
        }
    }
}
