import ClawConfig
import ClawSupport

/// The `input` of a responses request: a text, or items in order (gateway-http §4.2). Items may have the form of the
/// reference or that of OpenAI's own clients, which leave out `type` for messages and give back answers with ids. Pure.
struct ResponsesInput: Sendable, Hashable {
    var system: [String] = []
    var lines: [OpenAIConversation.Line] = []
    var images: [AttachmentReader.Image] = []
    var files: [ResponsesFile] = []
    private let settings: GatewayConfiguration.Responses

    /// What is asked where a message has only files or images.
    static let attachmentOnly = "(see what is attached)"

    init(_ value: JSONValue, _ settings: GatewayConfiguration.Responses) throws(HTTPProblem) {
        self.settings = settings
        if let text = value.stringValue {
            lines = [OpenAIConversation.Line(sender: "User", text: text, isQuestion: true)]
            return
        }
        guard let items = value.arrayValue else { throw HTTPProblem(400, "input: must be a string or a list of items") }
        for (position, item) in items.enumerated() { try add(item, at: "input.\(position)") }
    }

    private mutating func add(_ item: JSONValue, at path: String) throws(HTTPProblem) {
        var reader = try BodyReader(item, at: path)
        let type = try reader.string("type") ?? (reader.object.contains("role") ? "message" : nil)
        switch type {
        case "message"?: try addMessage(&reader)
        case "function_call_output"?:
            let call = try reader.requiredString("call_id")
            let text = try content(&reader, "output")
            reader.skip("id", "status")
            lines.append(OpenAIConversation.Line(sender: "Tool:\(call)", text: text, isQuestion: true, call: call))
        case "function_call"?:
            _ = try reader.requiredString("name")
            _ = try reader.requiredString("arguments")
            // Clients send back what they have of it, under names of their own; nothing of it is used.
            return
        case "reasoning"?: reader.skip("id", "content", "encrypted_content", "summary", "status")
        case "item_reference"?: _ = try reader.requiredString("id")
        case let type?: throw reader.fault("type", "items of type \"\(type.prefix(100))\" are not supported")
        case nil: throw reader.fault("type", "is required")
        }
        try reader.finish()
    }

    private mutating func addMessage(_ reader: inout BodyReader) throws(HTTPProblem) {
        guard let role = try reader.choice("role", ["system", "developer", "user", "assistant"]) else {
            throw reader.fault("role", "is required")
        }
        let attachments = images.count + files.count
        let text = try content(&reader, "content")
        reader.skip("id", "status", "phase")
        switch role {
        case "user":
            let isBare = text.isEmpty && images.count + files.count > attachments
            lines.append(
                OpenAIConversation.Line(sender: "User", text: isBare ? Self.attachmentOnly : text, isQuestion: true))
        case "assistant": lines.append(OpenAIConversation.Line(sender: "Assistant", text: text, isQuestion: false))
        default: system.append(text)
        }
    }

    /// The text of a member that is a string or a list of parts, one a line; images and files are kept aside.
    private mutating func content(_ reader: inout BodyReader, _ key: String) throws(HTTPProblem) -> String {
        guard let value = reader.value(key) else { throw reader.fault(key, "is required") }
        if let text = value.stringValue { return text }
        guard let parts = value.arrayValue else { throw reader.fault(key, "must be a string or a list of parts") }
        var texts: [String] = []
        for (position, part) in parts.enumerated() {
            if let text = try self.part(part, at: reader.place("\(key).\(position)")) { texts.append(text) }
        }
        return texts.joined(separator: "\n")
    }

    /// The text of a part; nil for one that holds something else.
    private mutating func part(_ value: JSONValue, at path: String) throws(HTTPProblem) -> String? {
        var reader = try BodyReader(value, at: path)
        let type = try reader.requiredString("type")
        switch type {
        case "input_text", "output_text":
            reader.skip("annotations", "logprobs")
            let text = try reader.requiredString("text")
            try reader.finish()
            return text
        case "refusal":
            let text = try reader.requiredString("refusal")
            try reader.finish()
            return text
        case "input_image":
            let source = try ResponsesSource(image: &reader)
            try reader.finish()
            if images.count == AttachmentReader.countLimit {
                throw reader.fault("type", "more than \(AttachmentReader.countLimit) images are not supported")
            }
            images.append(try source.image(settings, at: path))
        case "input_file":
            let source = try ResponsesSource(file: &reader)
            try reader.finish()
            files.append(try source.file(settings, at: path))
        default: throw reader.fault("type", "parts of type \"\(type.prefix(100))\" are not supported")
        }
        return nil
    }
}
