import ClawCore
import ClawSupport

/// The functions that a caller offers, and whether the model has to call one (gateway-http §4.2). Two forms are read: that with
/// the parts in `function`, and the flat one of OpenAI's responses. Pure.
struct OpenAITools: Sendable, Hashable {
    var definitions: [ToolDefinition] = []
    var choice = ToolChoice.auto
    /// What the model is told about its choice: not every model can be held to it.
    var instruction: String?
    /// Whether one answer may call several.
    var allowsSeveral = true
    /// As the caller gave them, for the answer.
    var given: [JSONValue] = []
    var givenChoice: JSONValue = "auto"

    /// The most functions of one request.
    static let limit = 128

    init() {}

    /// - Parameters:
    ///   - tools: Nil when the caller offers none.
    ///   - choice: Nil leaves it to the model.
    ///   - parallel: `parallel_tool_calls`.
    init(tools: JSONValue?, choice: JSONValue?, parallel: JSONValue? = nil) throws(HTTPProblem) {
        if let parallel, !parallel.isNull {
            guard let flag = parallel.boolValue else {
                throw HTTPProblem(400, "parallel_tool_calls: must be true or false")
            }
            allowsSeveral = flag
        }
        if let tools, !tools.isNull {
            guard let list = tools.arrayValue else { throw HTTPProblem(400, "tools: must be a list") }
            if list.count > Self.limit { throw HTTPProblem(400, "tools: must be at most \(Self.limit)") }
            for (position, tool) in list.enumerated() {
                let definition = try Self.definition(tool, at: "tools.\(position)")
                if definitions.contains(where: { $0.name == definition.name }) {
                    throw HTTPProblem(400, "tools.\(position): there is a function of that name already")
                }
                definitions.append(definition)
            }
            given = list
        }
        if let choice, !choice.isNull { try choose(choice) }
    }

    private mutating func choose(_ choice: JSONValue) throws(HTTPProblem) {
        givenChoice = choice
        let invalid = HTTPProblem(400, "invalid tool configuration")
        switch choice.stringValue {
        case "auto"?: return
        case "none"?: definitions = []
        case "required"?:
            if definitions.isEmpty { throw invalid }
            self.choice = .required
            let names = definitions.map(\.name).joined(separator: ", ")
            instruction = "Before you answer, call at least one of these tools: \(names)."
        case _?: throw invalid
        case nil:
            guard choice["type"] == "function",
                let name = (choice["function"]?["name"] ?? choice["name"])?.stringValue,
                let chosen = definitions.first(where: { $0.name == name })
            else { throw invalid }
            definitions = [chosen]
            self.choice = .named(name)
            instruction = "Before you answer, call the tool \(name)."
        }
    }

    private static func definition(_ tool: JSONValue, at path: String) throws(HTTPProblem) -> ToolDefinition {
        var reader = try BodyReader(tool, at: path)
        guard try reader.requiredString("type") == "function" else {
            throw reader.fault("type", "only functions are supported")
        }
        guard let nested = reader.value("function") else { return try read(&reader) }
        try reader.finish()
        var inner = try BodyReader(nested, at: "\(path).function")
        return try read(&inner)
    }

    private static func read(_ reader: inout BodyReader) throws(HTTPProblem) -> ToolDefinition {
        let name = try reader.requiredString("name")
        let isPlain = name.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        guard isPlain, !name.isEmpty, name.utf8.count <= 64 else {
            throw reader.fault("name", "must be 1 to 64 letters, digits, _ or -")
        }
        let description = try reader.string("description") ?? ""
        var parameters: JSONObject = ["type": "object", "properties": [:]]
        if let value = reader.value("parameters") {
            guard let object = value.objectValue else { throw reader.fault("parameters", "must be an object") }
            // An empty object is how some clients say that there are none.
            if !object.isEmpty { parameters = object }
        }
        reader.skip("strict", "defer_loading")
        try reader.finish()
        return ToolDefinition(client: name, description: description, parameters: parameters)
    }
}

/// The ids of calls that a caller runs. They tell of which run they are, so that an output finds its session.
enum ClientCallID {
    /// The first part of the ids of a run, whose own id is that of an answer: `resp_<uuid>`, `chatcmpl_<uuid>`.
    static func prefix(run: String) -> String { "call_\(run.split(separator: "_", maxSplits: 1).last ?? "")" }

    /// The runs that a call may be of; none for an id that was not made here.
    static func runs(of call: String) -> [String] {
        let parts = call.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0] == "call", parts[1].utf8.count == 36,
            parts[1].utf8.allSatisfy({ "0123456789abcdef-".utf8.contains($0) })
        else { return [] }
        return ["resp_\(parts[1])", "chatcmpl_\(parts[1])"]
    }
}
