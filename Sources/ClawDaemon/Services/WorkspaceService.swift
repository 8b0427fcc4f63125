import ClawAgent
import ClawStore
import ClawSupport
import Logging
import ServiceLifecycle

/// Puts the first files into the workspaces of the agents, beside the start of everything else and again when the
/// configuration has new ones. Files that are there stay as they are, and a workspace is looked at once.
final class WorkspaceService: Service {
    private let workspaces: @Sendable () -> [String]
    private let time: any TimeSource
    private let wakeups: AsyncStream<Void>
    private let wakeup: AsyncStream<Void>.Continuation
    private let logger = Logger(label: "openclaw.workspace")

    /// - Parameter workspaces: absolute paths; asked at the start and after each change of the configuration.
    init(workspaces: @escaping @Sendable () -> [String], time: any TimeSource) {
        self.workspaces = workspaces
        self.time = time
        (wakeups, wakeup) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        wakeup.yield()
    }

    /// Says that the agents may be others now.
    func agentsChanged() { wakeup.yield() }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var prepared: Set<String> = []
            for await _ in self.wakeups {
                for workspace in self.workspaces() where prepared.insert(workspace).inserted {
                    await self.prepare(workspace)
                }
            }
        }
    }

    private func prepare(_ workspace: String) async {
        do {
            let seed = WorkspaceSeed(workspace: workspace, time: time)
            let created = try await FileWork.shared.run { try seed.prepare() }
            if !created.isEmpty { logger.info("workspace prepared", metadata: ["path": "\(workspace)"]) }
        } catch {
            logger.error("workspace cannot be prepared", metadata: ["path": "\(workspace)", "error": "\(error)"])
        }
    }
}
