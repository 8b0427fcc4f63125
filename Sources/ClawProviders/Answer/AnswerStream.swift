import ClawCore
import ClawSupport

/// What a wire family makes of the events of one answer. A value per call; knows nothing of the network.
protocol AnswerStream {
    /// Whether the answer has said that it is complete.
    var isComplete: Bool { get }

    /// Takes the JSON of one event and appends what it means.
    mutating func take(_ event: JSONValue, name: String, into events: inout [ModelEvent]) throws(ProviderError)

    /// Takes a whole answer that the server sent as one JSON document instead of a stream.
    mutating func takeWhole(_ answer: JSONValue, into events: inout [ModelEvent]) throws(ProviderError)

    /// Called once, at the mark `[DONE]` or after the last byte, unless the answer is complete. Throws when something
    /// is missing; the mark stands for a stop reason that the server left out.
    mutating func end(isMarked: Bool, into events: inout [ModelEvent]) throws(ProviderError)
}

/// Turns the head and the bytes of an HTTP answer into model events: tells streams, whole documents and refusals apart.
struct AnswerReader<Stream: AnswerStream> {
    private enum Mode {
        case head
        case events
        case document([UInt8])
        case refusal(IncomingHead, [UInt8])
    }

    /// A whole answer longer than this is not read.
    private static var documentLimit: Int { 16 << 20 }
    /// As much of an error body as is looked at.
    private static var refusalLimit: Int { 64 << 10 }

    private var stream: Stream
    private let vendor: VendorFault
    private var parser = EventStreamParser()
    private var mode = Mode.head
    /// Why the answer cannot be read further, when the piece that showed it also held events that could.
    private(set) var failure: ProviderError?

    init(stream: Stream, vendor: VendorFault) {
        self.stream = stream
        self.vendor = vendor
    }

    var isComplete: Bool { stream.isComplete }

    /// Takes one piece as the transport hands it over and returns what it means. What came before a fault is returned
    /// first; then `failure` is set, and the next call throws it.
    mutating func receive(_ head: IncomingHead, _ bytes: [UInt8]) throws(ProviderError) -> [ModelEvent] {
        if let failure { throw failure }
        switch mode {
        case .head:
            try begin(head)
            return bytes.isEmpty ? [] : try receive(head, bytes)
        case .events:
            return try readEvents(bytes)
        case .document(var document):
            mode = .head  // releases the buffer, so that the bytes are appended in place
            document.append(contentsOf: bytes)
            if document.count > Self.documentLimit { throw vendor.malformed("an answer that is too long") }
            mode = .document(document)
            return []
        case .refusal(let head, var body):
            body.append(contentsOf: bytes.prefix(Self.refusalLimit - body.count))
            mode = .refusal(head, body)
            return []
        }
    }

    /// Called after the last byte.
    mutating func end() throws(ProviderError) -> [ModelEvent] {
        if let failure { throw failure }
        var events: [ModelEvent] = []
        switch mode {
        case .head: throw vendor.malformed("no answer")
        case .refusal(let head, let body): throw vendor.refused(head, body: body)
        case .document(let document):
            do {
                try stream.takeWhole(JSONParser.parse(document, mode: .lenient), into: &events)
            } catch let error as ProviderError {
                throw error
            } catch {
                throw vendor.malformed("an answer that is not JSON")
            }
        case .events:
            if !stream.isComplete { try stream.end(isMarked: false, into: &events) }
        }
        return events
    }

    private mutating func begin(_ head: IncomingHead) throws(ProviderError) {
        guard (200..<300).contains(head.status) else {
            mode = .refusal(head, [])
            return
        }
        let type = head.headers["content-type"]?.lowercased() ?? ""
        if type.isEmpty || type.hasPrefix("text/event-stream") || type.hasPrefix("application/octet-stream") {
            mode = .events
        } else if type.hasPrefix("application/json") {
            mode = .document([])
        } else {
            throw vendor.malformed("\(type.prefix { $0 != ";" }) instead of a stream of events", hint: true)
        }
    }

    private mutating func readEvents(_ bytes: [UInt8]) throws(ProviderError) -> [ModelEvent] {
        let arrived: [ServerSentEvent]
        do {
            arrived = try parser.feed(bytes)
        } catch {
            throw vendor.malformed("an event longer than \(EventStreamParser.eventLimit) bytes")
        }
        var events: [ModelEvent] = []
        do throws(ProviderError) {
            for event in arrived where !stream.isComplete { try read(event, into: &events) }
        } catch {
            if events.isEmpty { throw error }
            failure = error
        }
        return Self.joined(events)
    }

    private mutating func read(_ event: ServerSentEvent, into events: inout [ModelEvent]) throws(ProviderError) {
        if event.data.elementsEqual(Self.doneMark) { return try stream.end(isMarked: true, into: &events) }
        let value: JSONValue
        do {
            value = try JSONParser.parse(event.data, mode: .lenient)
        } catch {
            throw vendor.malformed("an event that is not JSON")
        }
        try stream.take(value, name: event.name, into: &events)
    }

    private static var doneMark: String.UTF8View { "[DONE]".utf8 }

    /// Joins neighbouring texts: what arrived together is handed on together.
    private static func joined(_ events: [ModelEvent]) -> [ModelEvent] {
        if events.count < 2 { return events }
        var result: [ModelEvent] = []
        result.reserveCapacity(events.count)
        var text = ""
        var thinking = ""
        func flush() {
            if !thinking.isEmpty { result.append(.thinking(thinking)) }
            if !text.isEmpty { result.append(.text(text)) }
            thinking = ""
            text = ""
        }
        for event in events {
            switch event {
            case .text(let piece):
                if !thinking.isEmpty { flush() }
                text += piece
            case .thinking(let piece):
                if !text.isEmpty { flush() }
                thinking += piece
            default:
                flush()
                result.append(event)
            }
        }
        flush()
        return result
    }
}
