package import ClawProtocol
import ClawStore
package import ClawSupport

/// `logs.tail`: the end of the log file, or what was added since last time.
package struct LogsTail: GatewayMethod {
    package static let name = "logs.tail"
    package static let access = MethodAccess.read

    private let file: @Sendable () -> String

    /// - Parameter file: the path of the log file of today; asked on the thread for files.
    package init(file: @escaping @Sendable () -> String) { self.file = file }

    package func call(_ params: JSONValue, _ context: MethodContext) async throws -> JSONValue {
        var reader = ParamReader(params)
        let cursor = reader.int("cursor", minimum: 0)
        let limit = reader.int("limit", minimum: 1, maximum: 5000) ?? 500
        let maxBytes = reader.int("maxBytes", minimum: 1, maximum: 1_000_000) ?? 250_000
        try reader.finish(Self.name)
        let file = file
        do {
            let tail = try await FileWork.shared.run {
                try LogTail.read(file(), cursor: cursor, limit: limit, maxBytes: maxBytes)
            }
            return [
                "file": .string(tail.file), "cursor": .int(tail.cursor), "size": .int(tail.size),
                // The file is what it is, whoever wrote into it.
                "lines": .strings(tail.lines.map { OneLine.of($0) }), "truncated": .bool(tail.isTruncated),
                "reset": .bool(tail.isReset),
            ]
        } catch {
            throw WireError(.unavailable, "log read failed: \(error)")
        }
    }
}
