import ClawSupport
import Hummingbird
import NIOCore

/// Takes the body of a request in, within a size and a time (attacks S46).
enum RequestBodyReader {
    /// Throws `HTTPProblem` before more than `limit` bytes are held, and when `deadline` has passed before the last one came.
    static func read(
        _ request: Request, limit: Int, deadline: Duration, time: any TimeSource
    ) async throws -> [UInt8] {
        if let text = request.headers[.contentLength], let length = Int(text), length > limit {
            throw HTTPProblem.tooLarge()
        }
        let body = request.body
        return try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            group.addTask {
                var bytes: [UInt8] = []
                for try await buffer in body {
                    if bytes.count + buffer.readableBytes > limit { throw HTTPProblem.tooLarge() }
                    bytes.append(contentsOf: buffer.readableBytesView)
                }
                return bytes
            }
            group.addTask {
                // Cancelled when the body was faster.
                do { try await time.sleep(for: deadline) } catch { return nil }
                throw HTTPProblem.tooSlow()
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}
