import ClawCore
import ClawSupport

/// Puts tool calls together from the pieces in which servers send them.
///
/// A piece belongs to the call with its index. Servers differ: some give every call the index 0 but an id of its own,
/// some give no index and send whole calls, some give no id at all.
struct ToolCallAssembly {
    private struct Call {
        var index: Int?
        var id: String
        var name: String
        var arguments: String
        var signature: String?
    }

    /// Calls of one answer, and bytes of all their arguments and signatures.
    private static let callLimit = 128
    private static let argumentsLimit = 4 << 20

    private var calls: [Call] = []
    private var argumentBytes = 0

    init() {}

    var isEmpty: Bool { calls.isEmpty }

    /// Takes one element of `tool_calls`. False when the answer outgrows the limits.
    mutating func take(_ piece: JSONValue) -> Bool {
        let function = piece["function"]
        let index = piece["index"]?.intValue
        let id = piece["id"]?.stringValue ?? ""
        let name = function?["name"]?.stringValue ?? ""
        let position = position(index: index, id: id, name: name)
        if position == calls.count {
            if calls.count == Self.callLimit { return false }
            calls.append(Call(index: index, id: id, name: name, arguments: ""))
        } else {
            if calls[position].id.isEmpty { calls[position].id = id }
            if calls[position].name.isEmpty { calls[position].name = name }
        }
        switch function?["arguments"] {
        case .string(let text):
            calls[position].arguments += text
            argumentBytes += text.utf8.count
        case .object(let object)?: calls[position].arguments = JSONValue.object(object).text
        default: break
        }
        // Gemini's servers refuse a call of theirs that comes back without it.
        if let signature = piece["extra_content"]?["google"]?["thought_signature"]?.stringValue {
            calls[position].signature = signature
            argumentBytes += signature.utf8.count
        }
        return argumentBytes <= Self.argumentsLimit
    }

    /// Where the piece belongs; `calls.count` when it begins a new call.
    private func position(index: Int?, id: String, name: String) -> Int {
        if let index, let position = calls.lastIndex(where: { $0.index == index }) {
            let isOther = !id.isEmpty && !calls[position].id.isEmpty && calls[position].id != id
            return isOther && !name.isEmpty ? calls.count : position
        }
        if index != nil || calls.isEmpty { return calls.count }
        if !id.isEmpty { return calls.lastIndex { $0.id == id } ?? calls.count }
        return name.isEmpty ? calls.count - 1 : calls.count
    }

    /// The calls in the order in which they began. With `isCut` a call that cannot be read is left out: the limit of
    /// tokens was reached in the middle of it.
    func finished(
        isCut: Bool, model: String, entropy: any Entropy
    ) throws(ProviderError) -> [ToolCall] {
        var finished: [ToolCall] = []
        for call in calls {
            guard !call.name.isEmpty, let arguments = ToolCallArguments.parse(call.arguments) else {
                if isCut { continue }
                throw ToolCallArguments.unreadable(tool: call.name.isEmpty ? "(no name)" : call.name, model: model)
            }
            let id = call.id.isEmpty ? "call_\(HexText.encode(entropy.bytes(12)))" : call.id
            finished.append(ToolCall(id: id, name: call.name, arguments: arguments, signature: call.signature))
        }
        return finished
    }
}
