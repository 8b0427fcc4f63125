package import ClawCore
import ClawSupport

/// Replaces one passage of a file.
package struct EditTool: Tool {
    private static let fileLimit = 8 << 20

    package init() {}

    package var definition: ToolDefinition {
        ToolDefinition(
            name: "edit",
            summary: "Replace an exact passage of a file",
            description: """
                Replace one passage of a text file in the workspace. oldText must occur exactly once, white space \
                included; add lines around it when it occurs more often.
                """,
            parameters: [
                "type": "object",
                "properties": [
                    "path": ["type": "string", "minLength": 1, "description": "Path in the workspace"],
                    "oldText": ["type": "string", "minLength": 1, "description": "The passage as it is now"],
                    "newText": ["type": "string", "description": "What shall stand there"],
                ],
                "required": ["path", "oldText", "newText"],
            ],
            group: "fs")
    }

    package func call(_ invocation: ToolInvocation) async -> ToolResult {
        let path = invocation.arguments["path"]?.stringValue ?? ""
        let old = Array((invocation.arguments["oldText"]?.stringValue ?? "").utf8)
        let new = Array((invocation.arguments["newText"]?.stringValue ?? "").utf8)
        do throws(PathResolver.Failure) {
            let resolver = PathResolver(workspace: invocation.workspace)
            let before = try resolver.read(path, limit: Self.fileLimit)
            if before.contains(0) { return .failure("\(path) is a binary file and is not edited.") }
            let edit = try Self.replacement(of: old, with: new, in: before, path)
            if edit == before { return .failure("The edit changes nothing: oldText and newText are the same.") }
            _ = try resolver.write(edit, to: path)
            let shown = try resolver.display(path)
            let diff = TextDiff(before: before, after: edit)
            return .text(
                "Edited \(shown).",
                details: [
                    "path": .string(shown), "diff": .string(diff.text), "firstChangedLine": .int(diff.firstChangedLine),
                ])
        } catch {
            return .failure(error.message)
        }
    }

    private static func replacement(
        of old: [UInt8], with new: [UInt8], in text: [UInt8], _ path: String
    ) throws(PathResolver.Failure) -> [UInt8] {
        var old = old
        var new = new
        var places = text.ranges(of: old)
        if places.isEmpty, text.contains(UInt8(ascii: "\r")) {
            // Models write plain newlines; the file keeps its own.
            old = withCarriageReturns(old)
            new = withCarriageReturns(new)
            places = text.ranges(of: old)
        }
        guard let place = places.first else {
            throw PathResolver.Failure(
                message: "oldText does not occur in \(path). Read the file and copy the passage exactly.")
        }
        if places.count > 1 {
            throw PathResolver.Failure(
                message: "oldText occurs \(places.count) times in \(path). Add surrounding lines to make it unique.")
        }
        return Array(text[..<place.lowerBound]) + new + text[place.upperBound...]
    }

    private static func withCarriageReturns(_ text: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        for byte in text {
            if byte == UInt8(ascii: "\n"), output.last != UInt8(ascii: "\r") { output.append(UInt8(ascii: "\r")) }
            output.append(byte)
        }
        return output
    }
}
