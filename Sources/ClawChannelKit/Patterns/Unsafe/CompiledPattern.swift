import CPCRE2

/// The compiled code of PCRE2, freed with its owner.
///
/// Invariant for `@unchecked Sendable`: the code is written by `pcre2_compile` before this object exists and only read after
/// that (no JIT, no `pcre2_pattern_info` that writes), and each match has match data and a step counter of its own.
final class CompiledPattern: @unchecked Sendable {
    enum Result: Sendable, Hashable {
        case matched
        case notMatched
        case limitExceeded
        /// A code of PCRE2 that says neither; see pcre2api(3).
        case failed(Int32)
    }

    private let code: OpaquePointer

    /// Throws the message of PCRE2 with the offset of the fault in bytes.
    init(_ pattern: String, options: UInt32) throws(PatternFault) {
        var number: Int32 = 0
        var offset = 0
        var pattern = pattern
        let code = pattern.withUTF8 { pcre2_compile_8($0.baseAddress, $0.count, options, &number, &offset, nil) }
        guard let code else {
            var text = [UInt8](repeating: 0, count: 256)
            let length = pcre2_get_error_message_8(number, &text, text.count)
            throw PatternFault(
                message: String(decoding: text.prefix(max(0, Int(length))), as: UTF8.self), offset: offset)
        }
        self.code = code
    }

    deinit { pcre2_code_free_8(code) }

    /// Looks for the pattern in `subject` and stops after `stepLimit` steps, counted over all starting positions.
    /// - Parameter isCut: Whether more text follows, so that its end is not the end of a line.
    func match(
        _ subject: UnsafeBufferPointer<UInt8>, isCut: Bool, stepLimit: Int
    ) -> (result: Result, steps: Int) {
        guard let data = pcre2_match_data_create_8(1, nil), let context = pcre2_match_context_create_8(nil) else {
            return (.failed(PCRE2_ERROR_NOMEMORY), 0)
        }
        defer {
            pcre2_match_data_free_8(data)
            pcre2_match_context_free_8(context)
        }
        var counter = StepCounter(limit: stepLimit)
        // Swift strings are valid UTF-8, so the check is skipped.
        let options = PCRE2_NO_UTF_CHECK | (isCut ? PCRE2_NOTEOL : 0)
        let number = withUnsafeMutablePointer(to: &counter) { counter in
            pcre2_set_match_limit_8(context, UInt32(clamping: stepLimit))
            pcre2_set_depth_limit_8(context, 10_000)
            pcre2_set_heap_limit_8(context, 4096)
            pcre2_set_callout_8(
                context,
                { _, memory in
                    guard let counter = memory?.assumingMemoryBound(to: StepCounter.self) else { return 0 }
                    counter.pointee.steps += 1
                    return counter.pointee.steps > counter.pointee.limit ? PCRE2_ERROR_MATCHLIMIT : 0
                }, counter)
            return pcre2_match_8(code, subject.baseAddress, subject.count, 0, options, data, context)
        }
        switch number {
        case 0...: return (.matched, counter.steps)
        case PCRE2_ERROR_NOMATCH: return (.notMatched, counter.steps)
        case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_HEAPLIMIT:
            return (.limitExceeded, counter.steps)
        default: return (.failed(number), counter.steps)
        }
    }
}

private struct StepCounter {
    var steps = 0
    let limit: Int
}
