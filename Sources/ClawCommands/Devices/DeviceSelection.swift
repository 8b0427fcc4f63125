import ClawCore
import ClawSupport

/// Finds what a person means among the devices and requests of a `device.pair.list`: a whole id, or a beginning that only
/// one has.
struct DeviceSelection: Sendable {
    let list: JSONValue

    private var pending: [JSONValue] { list["pending"]?.arrayValue ?? [] }
    private var paired: [JSONValue] { list["paired"]?.arrayValue ?? [] }

    /// The request that `text` names; it may also be the beginning of its device's id.
    func request(_ text: String) throws(ClawError) -> JSONValue {
        try find(
            text, in: pending, keys: ["requestId", "deviceId"], what: "request",
            hint: "Requests live five minutes; see `openclaw devices list`.")
    }

    /// The whole id of the device that `text` names.
    func deviceID(_ text: String) throws(ClawError) -> String {
        let device = try find(
            text, in: paired, keys: ["deviceId"], what: "device", hint: "See `openclaw devices list`.")
        return device["deviceId"]?.stringValue ?? text
    }

    /// The newest request; nil when there is none.
    var newest: JSONValue? { pending.max { Self.time($0) < Self.time($1) } }

    /// All requests, the newest first.
    var requests: [JSONValue] { pending.sorted { Self.time($0) > Self.time($1) } }

    private static func time(_ request: JSONValue) -> Int { request["ts"]?.intValue ?? 0 }

    private func find(
        _ text: String, in entries: [JSONValue], keys: [String], what: String, hint: String
    ) throws(ClawError) -> JSONValue {
        for key in keys {
            if let whole = entries.first(where: { $0[key]?.stringValue == text }) { return whole }
            let found = entries.filter { entry in
                !text.isEmpty && entry[key]?.stringValue?.lowercased().hasPrefix(text.lowercased()) == true
            }
            if found.count > 1 {
                throw ClawError(
                    .invalidRequest, "\(found.count) \(what)s begin with \"\(text)\".",
                    hint: "Write more of it: \(found.compactMap { $0[key]?.stringValue }.joined(separator: ", ")).")
            }
            if let only = found.first { return only }
        }
        throw ClawError(.notFound, "There is no \(what) \"\(text)\".", hint: hint)
    }

    /// Who asks and for what, in a sentence.
    static func description(_ entry: JSONValue) -> String {
        let name = entry["displayName"]?.stringValue ?? entry["clientId"]?.stringValue ?? "A device"
        let platform = entry["platform"]?.stringValue.map { " (\($0))" } ?? ""
        let place = entry["remoteIp"]?.stringValue.map { "from \($0)" } ?? "on this machine"
        let scopes = entry["scopes"]?.arrayValue?.compactMap(\.stringValue) ?? []
        let role = entry["role"]?.stringValue ?? "operator"
        let rights = scopes.isEmpty ? "no rights named" : scopes.joined(separator: ", ")
        return TerminalText.clean("\(name)\(platform) \(place), as \(role): \(rights)", isOneLine: true)
    }
}
