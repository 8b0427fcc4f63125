import ClawCore

/// The messages on their way out. IRC has no receipts, so each message ends with a PING: the server works through lines in
/// order, and its PONG says that it has read all of them. Pure; times are monotonic nanoseconds.
struct IRCDeliveryQueue: Sendable {
    typealias ID = Int

    enum Step: Sendable, Hashable {
        case write(IRCMessage)
        /// Flood control: nothing may leave for so many nanoseconds.
        case wait(UInt64)
        case idle
    }

    struct Completion: Sendable, Hashable {
        var id: ID
        var result: Result<DeliveryReceipt, DeliveryError>
    }

    private struct Delivery: Sendable {
        let id: ID
        /// Folded.
        let target: String
        let lines: [IRCMessage]
        var written = 0
        var isFenced = false
        var messageID: String?

        /// Whether anything of it may have been seen by others.
        var isVisible: Bool { written > 0 }
    }

    private static let fencePrefix = "claw-sent-"

    private let limit: Int
    private var bucket: TokenBucket
    private var deliveries: [Delivery] = []
    private var lineCount = 0
    private var nextID = 1
    /// Which label the lines of a batch answer.
    private var batches: [String: String] = [:]

    init(flood: IRCFloodLimit) {
        limit = flood.queueLimit
        bucket = TokenBucket(burst: flood.burst, interval: flood.interval)
    }

    var isEmpty: Bool { deliveries.isEmpty }

    /// A number for a message that is about to be added.
    mutating func reserve() -> ID {
        nextID += 1
        return nextID - 1
    }

    /// Takes a message in; false when too many lines wait already.
    mutating func add(_ id: ID, texts: [String], target: String, foldedTarget: String, labelled: Bool) -> Bool {
        guard lineCount + texts.count <= limit || deliveries.isEmpty else { return false }
        let lines = texts.enumerated().map { position, text in
            IRCMessage("PRIVMSG", target, text, tags: labelled ? ["label": "\(id)-\(position)"] : [:])
        }
        deliveries.append(Delivery(id: id, target: foldedTarget, lines: lines))
        lineCount += texts.count
        return true
    }

    /// The next line that may leave now.
    mutating func next(now: UInt64) -> Step {
        guard let index = deliveries.firstIndex(where: { !$0.isFenced }) else { return .idle }
        if deliveries[index].written == deliveries[index].lines.count {
            deliveries[index].isFenced = true
            return .write(IRCMessage("PING", "\(Self.fencePrefix)\(deliveries[index].id)"))
        }
        if let wait = bucket.take(now: now) { return .wait(wait) }
        let line = deliveries[index].lines[deliveries[index].written]
        deliveries[index].written += 1
        lineCount -= 1
        return .write(line)
    }

    /// What a line of the server says about messages on their way.
    mutating func receive(_ line: IRCMessage, network: IRCNetwork) -> [Completion] {
        let label = label(of: line)
        switch line.command {
        case "PONG":
            guard let id = Self.fenced(line.text), let index = index(of: id) else { return [] }
            return [remove(index, .success(DeliveryReceipt(messageID: deliveries[index].messageID)))]
        case "PRIVMSG":
            // An echo of one of our lines; the id of the last one stands for the message.
            if let label, let id = Self.delivery(of: label), let index = index(of: id), let name = line.tags["msgid"] {
                deliveries[index].messageID = name
            }
            return []
        default:
            guard let numeric = line.numeric, Self.refusals.contains(numeric) else { return [] }
            let target = network.fold(line.parameter(1))
            let labelled = label.flatMap(Self.delivery).flatMap(index)
            let index = labelled ?? deliveries.firstIndex { $0.isVisible && $0.target == target }
            guard let index else { return [] }
            return [remove(index, .failure(.permanent(reason: "\(line.text) (\(line.parameter(1)), \(numeric))")))]
        }
    }

    /// The connection is gone: what was not begun may be sent again, what was begun may have been seen.
    mutating func disconnect(reason: String) -> [Completion] {
        defer {
            deliveries = []
            lineCount = 0
            batches = [:]
        }
        return deliveries.map { delivery in
            let error: DeliveryError =
                delivery.isVisible ? .unknown(reason: reason) : .retryable(reason: reason, after: nil)
            return Completion(id: delivery.id, result: .failure(error))
        }
    }

    /// Takes a message back whose sender no longer waits, and tells whether a part of it was already written; the rest
    /// never leaves.
    mutating func cancel(_ id: ID) -> Bool {
        guard let index = index(of: id) else { return false }
        let isVisible = deliveries[index].isVisible
        _ = remove(index, .failure(.unknown(reason: "cancelled")))
        return isVisible
    }

    private func index(of id: ID) -> Int? { deliveries.firstIndex { $0.id == id } }

    private mutating func remove(_ index: Int, _ result: Result<DeliveryReceipt, DeliveryError>) -> Completion {
        let delivery = deliveries.remove(at: index)
        lineCount -= delivery.lines.count - delivery.written
        return Completion(id: delivery.id, result: result)
    }

    /// The label that a line answers, by itself or through the batch it belongs to.
    private mutating func label(of line: IRCMessage) -> String? {
        if line.command == "BATCH", let name = line.parameters.first {
            if name.hasPrefix("+"), let label = line.tags["label"], batches.count < 256 {
                batches[String(name.dropFirst())] = label
            } else if name.hasPrefix("-") {
                batches[String(name.dropFirst())] = nil
            }
        }
        return line.tags["label"] ?? line.tags["batch"].flatMap { batches[$0] }
    }

    private static func fenced(_ text: String) -> ID? {
        text.hasPrefix(fencePrefix) ? ID(text.dropFirst(fencePrefix.count)) : nil
    }

    private static func delivery(of label: String) -> ID? { label.split(separator: "-").first.flatMap { ID($0) } }

    /// Numerics that say that a line was not passed on: no such nick or channel, cannot send, too many targets, needs a
    /// services account, refused by the receiver.
    private static let refusals: Set<Int> = [
        401, 402, 403, 404, 407, 408, 411, 412, 413, 414, 415, 416, 417, 437, 442, 477, 482, 486, 492, 508, 531, 716,
    ]
}
