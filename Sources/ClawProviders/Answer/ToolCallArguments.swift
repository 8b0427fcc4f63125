import ClawCore
import ClawSupport

/// The arguments of a tool call as models write them.
enum ToolCallArguments {
    /// The object that `text` holds; no text is no arguments, and nil means that it is no JSON object.
    static func parse(_ text: String) -> JSONObject? {
        if text.allSatisfy(\.isWhitespace) || text == "null" { return [:] }
        do {
            return try JSONParser.parse(text, mode: .lenient).objectValue
        } catch {
            return nil
        }
    }

    /// A slip of the model and not of the wire: asked again, it writes something else.
    static func unreadable(tool: String, model: String) -> ProviderError {
        ProviderError(.server, "\(model) wrote a call of the tool \(tool) whose arguments are not a JSON object.")
    }
}
