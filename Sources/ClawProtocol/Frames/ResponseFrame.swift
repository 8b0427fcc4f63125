package import ClawSupport

/// The answer to a request: `{type:"res", id, ok, payload?, error?}`. A failure may carry both payload and error.
package struct ResponseFrame: Sendable, Hashable {
    package var id: String
    package var ok: Bool
    package var payload: JSONValue?
    package var error: WireError?

    package init(id: String, payload: JSONValue) {
        self.id = id
        ok = true
        self.payload = payload
    }

    package init(id: String, error: WireError, payload: JSONValue? = nil) {
        self.id = id
        ok = false
        self.error = error
        self.payload = payload
    }

    package var json: JSONValue {
        var object: JSONObject = ["type": "res", "id": .string(id), "ok": .bool(ok)]
        object.set("payload", payload)
        object.set("error", error?.json)
        return .object(object)
    }

    package var bytes: [UInt8] { json.bytes }

    /// A success whose payload is encoded already, written without parsing or copying it into a value.
    package static func bytes(id: String, encodedPayload: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(encodedPayload.count + id.utf8.count + 48)
        output.append(contentsOf: #"{"type":"res","id":"#.utf8)
        JSONWriter.write(id, into: &output)
        output.append(contentsOf: #","ok":true,"payload":"#.utf8)
        output.append(contentsOf: encodedPayload)
        output.append(UInt8(ascii: "}"))
        return output
    }

    /// Reads a response leniently, as a client does; nil when it is none.
    package init?(json: JSONValue) {
        guard json["type"]?.stringValue == "res", let id = json["id"]?.stringValue, let ok = json["ok"]?.boolValue
        else { return nil }
        self.id = id
        self.ok = ok
        payload = json["payload"]
        error = json["error"].flatMap(WireError.init(json:))
    }
}
