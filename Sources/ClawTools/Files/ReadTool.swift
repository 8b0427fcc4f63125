package import ClawCore
import ClawSupport

/// Reads a text file page by page, or an image.
package struct ReadTool: Tool {
    private static let pageLines = 2000
    private static let pageBytes = 50 << 10
    private static let fileLimit = 32 << 20
    private static let imageLimit = 5_000_000

    package init() {}

    package var definition: ToolDefinition {
        ToolDefinition(
            name: "read",
            summary: "Read a file",
            description: """
                Read a file of the workspace. Text comes in pages of at most 2000 lines or 50 KiB; go on with offset. \
                Images (PNG, JPEG, GIF, WebP) are shown.
                """,
            parameters: [
                "type": "object",
                "properties": [
                    "path": ["type": "string", "minLength": 1, "description": "Path in the workspace"],
                    "offset": ["type": "integer", "minimum": 1, "description": "First line, from 1"],
                    "limit": ["type": "integer", "minimum": 1, "description": "How many lines"],
                ],
                "required": ["path"],
            ],
            group: "fs")
    }

    package func call(_ invocation: ToolInvocation) async -> ToolResult {
        let path = invocation.arguments["path"]?.stringValue ?? ""
        let bytes: [UInt8]
        do throws(PathResolver.Failure) {
            bytes = try PathResolver(workspace: invocation.workspace).read(path, limit: Self.fileLimit)
        } catch {
            return .failure(error.message)
        }
        if let type = Self.imageType(of: bytes) { return Self.image(bytes, type, path) }
        if Self.isBinary(bytes) { return .failure("\(path) is a binary file (\(bytes.count) bytes) and is not shown.") }
        let offset = invocation.arguments["offset"]?.intValue ?? 1
        return Self.page(of: bytes, path, offset: offset, limit: invocation.arguments["limit"]?.intValue)
    }

    private static func image(_ bytes: [UInt8], _ type: String, _ path: String) -> ToolResult {
        if bytes.count > imageLimit {
            return .failure("The image \(path) has \(bytes.count) bytes; at most \(imageLimit) can be shown.")
        }
        return ToolResult(content: [
            .text("Image \(path) (\(type))"), .image(data: Base64.encode(bytes), mimeType: type),
        ])
    }

    private static func page(of bytes: [UInt8], _ path: String, offset: Int, limit: Int?) -> ToolResult {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true, lines.count > 1 { lines.removeLast() }
        let total = lines.count
        if offset > total { return .failure("\(path) has \(total) lines; offset \(offset) is beyond its end.") }
        var kept: [UInt8] = []
        var count = 0
        for line in lines[(offset - 1)...].prefix(min(limit ?? pageLines, pageLines)) {
            if kept.count + line.count + 1 > pageBytes, count > 0 { break }
            if count > 0 { kept.append(UInt8(ascii: "\n")) }
            kept += line.prefix(pageBytes)
            count += 1
            if line.count > pageBytes { break }
        }
        var text = String(decoding: kept, as: UTF8.self)
        let last = offset + count - 1
        if lines[last - 1].count > pageBytes, count == 1 {
            text += "\n\n[Line \(offset) has \(lines[last - 1].count) bytes; only the first \(pageBytes) are shown.]"
        }
        if last < total {
            text += "\n\n[Lines \(offset)-\(last) of \(total). Use offset=\(last + 1) to continue.]"
        }
        return .text(text)
    }

    private static func isBinary(_ bytes: [UInt8]) -> Bool {
        bytes.prefix(8192).contains(0)
            || String(validating: bytes.prefix(1 << 20), as: UTF8.self) == nil && bytes.count < 1 << 20
    }

    private static func imageType(of bytes: [UInt8]) -> String? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return "image/png" }
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) { return "image/jpeg" }
        if bytes.starts(with: Array("GIF8".utf8)) { return "image/gif" }
        if bytes.starts(with: Array("RIFF".utf8)), bytes.dropFirst(8).starts(with: Array("WEBP".utf8)) {
            return "image/webp"
        }
        return nil
    }
}
