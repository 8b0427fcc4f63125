package import ClawSupport

/// A call: `{type:"req", id, method, params?}`.
package struct RequestFrame: Sendable, Hashable {
    package var id: String
    package var method: String
    /// `{}` when the frame has none.
    package var params: JSONValue

    package init(id: String, method: String, params: JSONValue = .object([:])) {
        self.id = id
        self.method = method
        self.params = params
    }

    package var json: JSONValue {
        .object(["type": "req", "id": .string(id), "method": .string(method), "params": params])
    }

    /// Why a message is not a request frame.
    package struct Fault: Error, Sendable, Hashable {
        /// The id to answer with: that of the frame, or `invalid`.
        package var id: String
        /// The validation text of gateway-protocol §2.1.
        package var text: String
    }

    /// Reads a frame strictly: no other keys, `id` and `method` not empty.
    package init(json: JSONValue) throws(Fault) {
        if case .object(let object) = json, let id = object["id"]?.stringValue, !id.isEmpty,
            let method = object["method"]?.stringValue, !method.isEmpty, object["type"]?.stringValue == "req",
            object.count == 3 || object.count == 4 && object.contains("params")
        {
            self.init(id: id, method: method, params: Self.params(of: object))
            return
        }
        var reader = ParamReader(json)
        reader.constant("type", "req")
        _ = reader.requiredString("id")
        _ = reader.requiredString("method")
        _ = reader.value("params")
        let id = json["id"]?.stringValue ?? ""
        throw Fault(id: id.isEmpty ? "invalid" : id, text: reader.problemText ?? "unknown validation error")
    }

    private static func params(of object: JSONObject) -> JSONValue {
        guard let params = object["params"], params != .null else { return .object([:]) }
        return params
    }
}
