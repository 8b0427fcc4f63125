import ClawCore
import ClawSupport
import Testing

/// What every tool must keep to. A tool's own tests come on top.
struct ToolConformance {
    let tool: any Tool

    /// Name, texts and schema are usable by every vendor.
    func checkDefinition() {
        let definition = tool.definition
        #expect(!definition.name.isEmpty && definition.name.utf8.count <= 64)
        #expect(definition.name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (97...122).contains($0) })
        #expect(!definition.summary.isEmpty && definition.summary.count <= 80 && !definition.summary.contains("\n"))
        #expect(!definition.description.isEmpty && definition.description.utf8.count <= 1000)
        #expect(!definition.group.isEmpty)
        checkSchema(definition.parameters, isRoot: true)
        #expect(tool.definition == definition, "the definition does not change")
    }

    /// A call with nothing, and one with everything of the wrong kind, answer with a result and change nothing.
    func checkBadCalls(_ invocation: ToolInvocation) async {
        var empty = invocation
        empty.arguments = [:]
        let hasRequired = tool.definition.parameters["required"]?.arrayValue?.isEmpty == false
        let result = await tool.call(empty)
        if hasRequired { #expect(result.isError) }
        #expect(!result.content.isEmpty)
        var wrong = invocation
        for name in tool.definition.parameters["properties"]?.objectValue?.keys ?? [] { wrong.arguments[name] = [[]] }
        #expect(!(await tool.call(wrong)).content.isEmpty)
    }

    private func checkSchema(_ schema: JSONObject, isRoot: Bool) {
        if isRoot { #expect(schema["type"] == "object") }
        for word in ["anyOf", "oneOf", "allOf", "$ref"] {
            #expect(!schema.contains(word), "no vendor agrees on \(word)")
        }
        let properties = schema["properties"]?.objectValue ?? [:]
        for name in schema["required"]?.arrayValue ?? [] {
            #expect(properties.contains(name.stringValue ?? ""), "\(name) is required and not declared")
        }
        for (_, property) in properties {
            #expect(property["type"]?.stringValue != nil)
            if let nested = property.objectValue { checkSchema(nested, isRoot: false) }
            if let items = property["items"]?.objectValue { checkSchema(items, isRoot: false) }
        }
    }
}
