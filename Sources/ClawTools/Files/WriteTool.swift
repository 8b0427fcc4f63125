package import ClawCore
import ClawSupport

/// Creates a file or replaces it whole.
package struct WriteTool: Tool {
    package init() {}

    package var definition: ToolDefinition {
        ToolDefinition(
            name: "write",
            summary: "Create or replace a file",
            description: "Write a text file in the workspace, replacing what is there. Missing folders are created.",
            parameters: [
                "type": "object",
                "properties": [
                    "path": ["type": "string", "minLength": 1, "description": "Path in the workspace"],
                    "content": ["type": "string", "description": "The whole text of the file"],
                ],
                "required": ["path", "content"],
            ],
            group: "fs")
    }

    package func call(_ invocation: ToolInvocation) async -> ToolResult {
        let path = invocation.arguments["path"]?.stringValue ?? ""
        let bytes = Array((invocation.arguments["content"]?.stringValue ?? "").utf8)
        do throws(PathResolver.Failure) {
            let resolver = PathResolver(workspace: invocation.workspace)
            let isNew = try resolver.write(bytes, to: path)
            let shown = try resolver.display(path)
            return .text(
                "\(isNew ? "Created" : "Replaced") \(shown) (\(bytes.count) bytes).",
                details: ["path": .string(shown), "bytes": .int(bytes.count), "created": .bool(isNew)])
        } catch {
            return .failure(error.message)
        }
    }
}
