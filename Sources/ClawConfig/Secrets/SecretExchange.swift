package import ClawSupport

/// What is said to the program of a provider on its standard input, and how its answer is read (protocol version 1).
package enum SecretExchange {
    package static func question(provider: String, ids: [String]) -> [UInt8] {
        let value: JSONValue = ["protocolVersion": 1, "provider": .string(provider), "ids": .strings(ids)]
        return value.bytes + [UInt8(ascii: "\n")]
    }

    /// The secret of each id, or why there is none.
    package static func answer(
        _ output: String, ids: [String], jsonOnly: Bool
    ) throws(SecretFault) -> [String: Result<Redacted, SecretFault>] {
        // What the parser says could show a piece of the answer.
        guard let answer = (try? JSONParser.parse(Array(output.utf8)))?.objectValue else {
            return try raw(output, ids: ids, jsonOnly: jsonOnly)
        }
        guard answer["protocolVersion"] == 1, let values = answer["values"]?.objectValue else {
            return try raw(output, ids: ids, jsonOnly: jsonOnly)
        }
        let errors = answer["errors"]?.objectValue ?? [:]
        var found: [String: Result<Redacted, SecretFault>] = [:]
        for id in ids {
            if errors[id] != nil {
                found[id] = .failure(SecretFault("The program reports an error for this id."))
            } else if let text = values[id]?.stringValue, !text.isEmpty {
                found[id] = .success(Redacted(text))
            } else {
                found[id] = .failure(SecretFault("The program gave no text for this id."))
            }
        }
        return found
    }

    private static func raw(
        _ output: String, ids: [String], jsonOnly: Bool
    ) throws(SecretFault) -> [String: Result<Redacted, SecretFault>] {
        if jsonOnly {
            throw SecretFault("The program's answer is not {\"protocolVersion\":1,\"values\":{…}}.")
        }
        guard ids == ["value"] else {
            throw SecretFault("The program's answer is plain text, which can stand for the id \"value\" alone.")
        }
        var text = output[...]
        while let last = text.last, last.isNewline { text.removeLast() }
        if text.isEmpty { throw SecretFault("The program's answer is empty.") }
        return ["value": .success(Redacted(String(text)))]
    }
}
