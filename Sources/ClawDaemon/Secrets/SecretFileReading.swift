import ClawConfig
import ClawStore
import ClawSupport
import Synchronization

/// Reads the files of providers within their time. A file may lie where reading hangs (a file system of the network, or of a
/// program); then its thread is left behind, and the thread for all other files goes on.
final class SecretFileReading: Sendable {
    typealias Read = @Sendable (SecretProviders.File) throws(SecretFault) -> SecretFile

    static let shared = SecretFileReading()
    /// Readings of one file at one time; beyond it a file that hangs would cost a thread with every question.
    static let maxReadings = 4

    private let read: Read
    private let time: any TimeSource
    private let underWay = Mutex<[String: Int]>([:])

    init(
        time: any TimeSource = SystemTimeSource(),
        read: @escaping Read = { file throws(SecretFault) in try SecretFile(file) }
    ) {
        self.read = read
        self.time = time
    }

    /// Throws `SecretFault` when the file cannot be read, or not within its time.
    func content(of file: SecretProviders.File) async throws -> SecretFile {
        guard begin(file.path) else { throw SecretFault("\(file.path) hangs; earlier readings have not ended.") }
        let (results, given) = AsyncStream.makeStream(
            of: Result<SecretFile, SecretFault>.self, bufferingPolicy: .bufferingNewest(1))
        let isStarted = DetachedThread.start {
            let result = Result { () throws(SecretFault) in try self.read(file) }
            self.end(file.path)
            given.yield(result)
            given.finish()
        }
        if !isStarted {
            end(file.path)
            throw SecretFault("\(file.path) could not be read: the system gives no thread.")
        }
        let late = SecretFault("\(file.path) could not be read in time.")
        return try await withDeadline(file.timeout, time, throwing: late) {
            for await result in results { return try result.get() }
            throw CancellationError()
        }
    }

    private func begin(_ path: String) -> Bool {
        underWay.withLock { underWay in
            let count = underWay[path] ?? 0
            if count >= Self.maxReadings { return false }
            underWay[path] = count + 1
            return true
        }
    }

    private func end(_ path: String) {
        underWay.withLock { underWay in
            let count = (underWay[path] ?? 1) - 1
            underWay[path] = count > 0 ? count : nil
        }
    }
}
