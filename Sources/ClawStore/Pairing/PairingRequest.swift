package import ClawCore
package import ClawSupport

/// Someone who wrote to a channel and waits to be let in. Times in milliseconds since 1970.
package struct PairingRequest: Sendable, Hashable {
    /// The sender in the channel's words.
    package var id: String
    package var code: String
    package var createdAt: Int64
    package var lastSeenAt: Int64
    /// Display data; `accountId` names the account.
    package var meta: JSONObject

    package var account: AccountID { AccountID(meta["accountId"]?.stringValue ?? "") }

    /// Nil for what lacks an id or a code.
    init?(_ value: JSONValue) {
        guard let id = value["id"]?.stringValue, let code = value["code"]?.stringValue, !id.isEmpty, !code.isEmpty
        else {
            return nil
        }
        self.id = id
        self.code = code
        createdAt = Self.time(value["createdAt"])
        lastSeenAt = max(Self.time(value["lastSeenAt"]), createdAt)
        meta = value["meta"]?.objectValue ?? [:]
    }

    init(id: String, code: String, now: Int64, meta: JSONObject) {
        self.id = id
        self.code = code
        createdAt = now
        lastSeenAt = now
        self.meta = meta
    }

    private static func time(_ value: JSONValue?) -> Int64 {
        value?.stringValue.flatMap(ISOTimestamp.parse) ?? Int64(value?.quantityValue ?? 0)
    }

    var json: JSONValue {
        [
            "id": .string(id), "code": .string(code),
            "createdAt": .string(ISOTimestamp.format(milliseconds: createdAt)),
            "lastSeenAt": .string(ISOTimestamp.format(milliseconds: lastSeenAt)), "meta": .object(meta),
        ]
    }
}

/// What asking for a code gave.
package enum PairingAnswer: Sendable, Hashable {
    /// A new request: tell the sender the code.
    case created(code: String)
    /// The request stands already and keeps its code: say nothing.
    case repeated(code: String)
    /// As many wait as may: say nothing.
    case full
}

/// Who waits in one channel, as decisions without files.
struct PairingQueue {
    static let alphabet = Array("ABCDEFGHJKLMNPQRSTUVWXYZ23456789")
    static let codeLength = 8
    static let lifetime: Int64 = 3_600_000
    static let limit = 3

    private(set) var requests: [PairingRequest]

    /// Takes what a file holds, without what has expired, and of each account the newest seen only.
    init(_ requests: [PairingRequest], now: Int64) {
        let alive = requests.filter { now - $0.createdAt < Self.lifetime }
        var kept: [AccountID: Int] = [:]
        var positions: Set<Int> = []
        for (position, request) in alive.enumerated().sorted(by: { $0.element.lastSeenAt > $1.element.lastSeenAt })
        where kept[request.account, default: 0] < Self.limit {
            kept[request.account, default: 0] += 1
            positions.insert(position)
        }
        self.requests = alive.enumerated().filter { positions.contains($0.offset) }.map(\.element)
    }

    mutating func ask(
        _ id: String, account: AccountID, meta: JSONObject, now: Int64, entropy: any Entropy
    ) -> PairingAnswer {
        if let position = requests.firstIndex(where: { $0.id == id && $0.account == account }) {
            requests[position].lastSeenAt = now
            return .repeated(code: requests[position].code)
        }
        if requests.count(where: { $0.account == account }) >= Self.limit { return .full }
        let taken = Set(requests.map(\.code))
        var code = ""
        repeat { code = entropy.code(length: Self.codeLength, alphabet: Self.alphabet) } while taken.contains(code)
        var meta = meta
        meta["accountId"] = .string(account.rawValue)
        requests.append(PairingRequest(id: id, code: code, now: now, meta: meta))
        return .created(code: code)
    }

    /// Removes and returns the request with this code, in either case; nil when there is none.
    mutating func take(code: String, account: AccountID?) -> PairingRequest? {
        let code = code.uppercased()
        let position = requests.firstIndex { request in
            request.code.uppercased() == code && (account == nil || request.account == account)
        }
        return position.map { requests.remove(at: $0) }
    }
}
