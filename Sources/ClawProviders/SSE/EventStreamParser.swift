/// One event of a `text/event-stream`.
struct ServerSentEvent: Sendable, Hashable {
    /// The value of `event:`; empty when the event has none, which means `message`.
    var name: String
    /// The values of `data:`, joined by newlines.
    var data: [UInt8]
}

/// Why a stream of events cannot be read further.
enum EventStreamError: Error, Sendable, Hashable {
    /// One event is longer than this many bytes.
    case eventTooLong(limit: Int)
}

/// Reads `text/event-stream` (WHATWG HTML, section 9.2.6) piece by piece; a piece may end at any byte.
///
/// Lines end with CR, LF or CRLF. Comments, `id` and `retry` are skipped, as is an event without data and one that the
/// end of the stream cuts off.
struct EventStreamParser {
    /// Bytes of one event, its names included.
    static let eventLimit = 1 << 20

    /// The start of a line whose end has not arrived.
    private var partial: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var name = ""
    /// The last name that occurred: streams repeat few names, so that most need no new string.
    private var lastName = ""
    private var previousWasCR = false
    private var isAtStart = true

    init() {}

    /// Takes the next bytes and returns the events that they complete.
    mutating func feed(_ bytes: [UInt8]) throws(EventStreamError) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        var lineStart = 0
        for position in 0..<bytes.count {
            let byte = bytes[position]
            if byte > 0x0D { continue }
            if byte == 0x0A, previousWasCR, position == lineStart {
                previousWasCR = false
                lineStart = position + 1
                continue
            }
            guard byte == 0x0A || byte == 0x0D else { continue }
            previousWasCR = byte == 0x0D
            if partial.isEmpty {
                try endLine(bytes[lineStart..<position], &events)
            } else {
                partial.append(contentsOf: bytes[lineStart..<position])
                var line: [UInt8] = []
                swap(&line, &partial)
                try endLine(line[...], &events)
            }
            lineStart = position + 1
        }
        if lineStart < bytes.count {
            previousWasCR = false
            partial.append(contentsOf: bytes[lineStart...])
            if partial.count + data.count > Self.eventLimit { throw .eventTooLong(limit: Self.eventLimit) }
        }
        return events
    }

    private mutating func endLine(
        _ fullLine: ArraySlice<UInt8>, _ events: inout [ServerSentEvent]
    ) throws(EventStreamError) {
        var line = fullLine
        if isAtStart {
            isAtStart = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
        }
        if line.isEmpty {
            if hasData { events.append(ServerSentEvent(name: name, data: data)) }
            data = []
            hasData = false
            name = ""
            return
        }
        if line.count + data.count > Self.eventLimit { throw .eventTooLong(limit: Self.eventLimit) }
        if let value = Self.value(of: "data", in: line) {
            if hasData { data.append(0x0A) }
            data.append(contentsOf: value)
            hasData = true
        } else if let value = Self.value(of: "event", in: line) {
            if !lastName.utf8.elementsEqual(value) { lastName = String(decoding: value, as: UTF8.self) }
            name = lastName
        }
    }

    /// What follows `field:` and one space; empty when the line is the field's name alone, nil for other fields.
    private static func value(of field: StaticString, in line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let length = field.utf8CodeUnitCount
        guard line.count >= length else { return nil }
        for offset in 0..<length where line[line.startIndex + offset] != field.utf8Start[offset] { return nil }
        var value = line.dropFirst(length)
        if value.isEmpty { return value }
        guard value.removeFirst() == UInt8(ascii: ":") else { return nil }
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        return value
    }
}
